/* Parses the AsyncAPI document named by the second argument with @asyncapi/parser from the
 * folder named by the first; prints what it found as JSON. Severity 0 is an error, 1 a warning. */
import { createRequire } from 'node:module';

const [folder, path] = process.argv.slice(2);
const { Parser, fromFile } = createRequire(`${folder}/`)('@asyncapi/parser');
const { document, diagnostics } = await fromFile(new Parser(), path).parse();
const faults = diagnostics
    .filter((diagnostic) => diagnostic.severity <= 1)
    .map((diagnostic) => `${diagnostic.path.join('/')}: ${diagnostic.message}`);
const messages = document ? document.components().messages().all() : [];
const fields = Object.fromEntries(messages.map((message) => {
    const payload = message.payload()?.json() ?? {};
    return [message.name(), Object.keys((payload.schema ?? payload).properties ?? {})];
}));
console.log(JSON.stringify({ faults, fields }));
