/* Holds each document of the JSON list on stdin against the class of its kind in
 * @kubernetes-models/keda, from the folder named by the argument; prints what it finds. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const place = 'node_modules/@kubernetes-models/keda/keda.sh/v1alpha1/index.js';
const keda = await import(pathToFileURL(`${process.argv[2]}/${place}`));
const faults = JSON.parse(readFileSync(0, 'utf8')).map((document) => {
    try {
        new keda[document.kind](document).validate();
        return '';
    } catch (error) {
        return error.message;
    }
});
console.log(JSON.stringify(faults));
