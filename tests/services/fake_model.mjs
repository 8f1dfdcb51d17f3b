/* fake_model.mjs - a model server that answers at once, or as badly as a test wants.
 *
 *   node fake_model.mjs [--port N] [--tls-port N --cert FILE --key FILE]
 *
 * Serves POST /v1/chat/completions and POST /generate on plain HTTP, and the same on TLS with
 * HTTP/2 where the client offers it. The answer is a function of the question alone (see reply()),
 * so that a reader of the answers can tell whose each is. A second port takes orders:
 *
 *   POST /__control   {behaviour}: replaces the present one; {} is the default one
 *   POST /__reset     forgets counts and captured requests
 *   GET  /__calls     how many calls there were, in all and for each question
 *   GET  /__requests  the last captured requests, oldest first, with status and headers of the answer
 *   GET  /__flight    calls under way, and calls answered in the last half second
 *
 * Counted are also calls that were `cut` (the client left before it had its answer) and `spoiled` (a
 * rule or a limit gave them another answer than the good one): what a client may ask again.
 *
 * A behaviour holds what to do, a seed, and rules; the first rule that matches adds to it:
 *   {delay_ms: 50 | [20, 200], status, headers: {}, body, body_base64, body_bytes, text, id,
 *    redirect: URL, reset: "before" | "body", hang: true, drip: {bytes, every_ms},
 *    api_key, seed, capture, capacity: N (more at once are refused with 429),
 *    rules: [{match: {text, nth, every, from, until, probability}, ...the same}]}
 * `nth` counts the calls of one question from 1; `from`, `until` and `every` count all calls.
 * Chance and delay come from seed, question and nth, not from the order of arrival.
 *
 * Prints one line of JSON with its ports when it listens. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import { parseArgs } from "node:util";

const BODY_BYTES_MAX = 16 << 20;
const COUNTS_MAX = 1_000_000;
const LATELY_MS = 500;
const CAPTURE_DEFAULT = 200;
const OVERLAPS_KEPT = 20;
const STREAMS_MAX = 2000;
const SPOILING = ["status", "body", "body_base64", "body_bytes", "text", "redirect", "reset", "drip"];
const MARK = /case-([a-z]+)-[a-z]+/g;
const HAN = /\p{Script=Han}/u;

let behaviour = {};
let captureMax = CAPTURE_DEFAULT;
let tally = freshTally();

function freshTally() {
    return {
        total: 0, inFlight: 0, inFlightMax: 0, overflow: false, overlaps: 0, overlapSamples: [],
        cut: 0, spoiled: 0, answeredAt: [],
        byQuestion: new Map(), statuses: new Map(), busy: new Map(), captured: [], capturedNext: 0,
    };
}

/* What the question is: a customer's text carries a mark "case-<conversation>-<turn>"; the line
 * with the last mark counts, so that what a prompt puts around it or tells of earlier turns does not. */
function questionOf(text) {
    let found = null;
    MARK.lastIndex = 0;
    for (let match = MARK.exec(text); match; match = MARK.exec(text)) {
        found = match;
    }
    if (!found) {
        return { key: text.trim().slice(0, 500), line: text, conversation: null };
    }
    const from = text.lastIndexOf("\n", found.index) + 1;
    const to = text.indexOf("\n", found.index);
    const line = text.slice(from, to < 0 ? undefined : to);
    return { key: found[0], line, conversation: found[1] };
}

/* Only letters: a figure in an answer would be a fact that it has no ground for. */
function reply(question) {
    const hex = createHash("sha256").update(question.key).digest("hex").slice(0, 16);
    const code = hex.replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
    return HAN.test(question.line)
        ? `谢谢您的来信，回复编号是${code}。`
        : `Thank you for writing. The reply code is ${code}.`;
}

/* The smallest value that keeps a JSON schema, with `text` where a string fits. */
function valueFor(schema, text) {
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum[0];
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    if (type === "object" || schema.properties) {
        const entries = Object.entries(schema.properties ?? {});
        return Object.fromEntries(entries.map(([name, inner]) => [name, valueFor(inner, text)]));
    }
    if (type === "array") {
        return Array.from({ length: schema.minItems ?? 0 }, () => valueFor(schema.items ?? {}, text));
    }
    if (type === "integer" || type === "number") return schema.minimum ?? 0;
    if (type === "boolean") return false;
    if (type === "null") return null;
    return [...text].slice(0, schema.maxLength ?? Infinity).join("");
}

function chance(seed, key, nth) {
    let hash = 2166136261 ^ seed;
    const text = `${key}/${nth}`;
    for (let i = 0; i < text.length; i++) {
        hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    }
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489917);
    return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

function matches(match, call) {
    return (match.text === undefined || call.question.line.includes(match.text))
        && (match.nth === undefined || call.nth === match.nth)
        && (match.from === undefined || call.number >= match.from)
        && (match.until === undefined || call.number <= match.until)
        && (match.every === undefined || call.number % match.every === 0)
        && (match.probability === undefined
            || chance((behaviour.seed ?? 0) + 1, call.question.key, call.nth) < match.probability);
}

function actionFor(call) {
    for (const rule of behaviour.rules ?? []) {
        if (matches(rule.match ?? {}, call)) {
            return { ...behaviour, ...rule };
        }
    }
    return behaviour;
}

function delayOf(action, call) {
    const delay = action.delay_ms ?? 0;
    if (!Array.isArray(delay)) {
        return delay;
    }
    return delay[0] + (delay[1] - delay[0]) * chance(behaviour.seed ?? 0, call.question.key, call.nth);
}

function count(call) {
    const key = call.question.key;
    call.number = ++tally.total;
    call.nth = (tally.byQuestion.get(key) ?? 0) + 1;
    if (call.nth > 1 || tally.byQuestion.size < COUNTS_MAX) {
        tally.byQuestion.set(key, call.nth);
    } else {
        tally.overflow = true;
    }
}

/* Two calls for one conversation at a time: the worker lets one turn of it run. */
function enter(call) {
    const conversation = call.question.conversation;
    call.tally = tally;
    tally.inFlight++;
    tally.inFlightMax = Math.max(tally.inFlightMax, tally.inFlight);
    if (conversation === null) {
        return;
    }
    const busy = tally.busy.get(conversation);
    if (busy) {
        tally.overlaps++;
        if (tally.overlapSamples.length < OVERLAPS_KEPT) {
            tally.overlapSamples.push([busy.key, call.question.key]);
        }
    }
    tally.busy.set(conversation, call.question);
}

function leave(call) {
    if (call.left) {
        return;
    }
    call.left = true;
    call.tally.inFlight--;
    if (call.tally.busy.get(call.question.conversation) === call.question) {
        call.tally.busy.delete(call.question.conversation);
    }
}

/* Nobody was there any more for the answer. */
function close(call) {
    if (!call.isAnswered) {
        call.tally.cut++;
    }
    leave(call);
}

function noteAnswer(call, action) {
    call.isAnswered = true;
    const isSpoiled = SPOILING.some((name) => action[name] !== undefined);
    call.tally.spoiled += isSpoiled ? 1 : 0;
    call.tally.answeredAt.push(performance.now());
    answeredLately(call.tally);
}

/* How many were answered so short a time ago that their client has perhaps not noted it. */
function answeredLately(of) {
    const since = performance.now() - LATELY_MS;
    let old = 0;
    while (old < of.answeredAt.length && of.answeredAt[old] < since) {
        old++;
    }
    of.answeredAt.splice(0, old);
    return of.answeredAt.length;
}

function capture(request, call, bytes) {
    if (captureMax === 0) {
        return;
    }
    const headers = {};
    for (const [name, value] of Object.entries(request.headers)) {
        headers[name] = value;
    }
    call.captured = tally.captured[tally.capturedNext++ % captureMax] = {
        number: call.number, at_ms: Math.round(performance.now()), path: request.url,
        protocol: request.httpVersion, headers, question: call.question.key,
        body: bytes.toString("utf8"), answer: null,
    };
}

function capturedInOrder() {
    const next = tally.capturedNext % Math.max(captureMax, 1);
    return [...tally.captured.slice(next), ...tally.captured.slice(0, next)].filter(Boolean);
}

function lastUserText(body) {
    const messages = Array.isArray(body.messages) ? body.messages : [];
    for (let i = messages.length - 1; i >= 0; i--) {
        if (messages[i]?.role === "user") {
            const content = messages[i].content;
            return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
        }
    }
    return "";
}

function goodAnswer(call, body, action) {
    const schema = body.response_format?.json_schema?.schema;
    let text = action.text ?? reply(call.question);
    if (schema) {
        text = JSON.stringify(valueFor(schema, text));
    }
    if (call.isGenerate) {
        return JSON.stringify({ response: text });
    }
    return JSON.stringify({
        id: action.id ?? `chatcmpl-${call.number}`, object: "chat.completion", created: 1, model: body.model ?? "fake",
        choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
}

function payloadOf(call, body, action) {
    if (action.body_base64 !== undefined) return Buffer.from(action.body_base64, "base64");
    if (action.body_bytes !== undefined) return Buffer.alloc(action.body_bytes, "a");
    return Buffer.from(action.body ?? goodAnswer(call, body, action));
}

function reset(response) {
    if (response.stream?.close) {
        response.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    } else {
        response.socket?.resetAndDestroy();
    }
}

function drip(response, payload, { bytes, every_ms }) {
    let sent = 0;
    const timer = setInterval(() => {
        response.write(payload.subarray(sent, sent + bytes));
        sent += bytes;
        if (sent >= payload.length) {
            clearInterval(timer);
            response.end();
        }
    }, every_ms);
    response.on("close", () => clearInterval(timer));
}

function answer(response, call, body, action) {
    if (action.reset === "before") {
        return reset(response);
    }
    const payload = payloadOf(call, body, action);
    const status = action.redirect ? 307 : action.status ?? 200;
    const headers = { "content-type": "application/json", ...action.headers };
    if (action.redirect) {
        headers.location = action.redirect;
    }
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
    if (action.drip) {
        response.writeHead(status, headers);
        return drip(response, payload, action.drip);
    }
    headers["content-length"] ??= payload.length;
    response.writeHead(status, headers);
    if (action.reset === "body") {
        response.write(payload.subarray(0, payload.length >> 1), () => reset(response));
        return undefined;
    }
    return response.end(payload);
}

function begin(request, response, bytes) {
    let body = {};
    try {
        body = JSON.parse(bytes.toString("utf8"));
    } catch {
        return refuse(response, 400, "the body is not JSON");
    }
    const isGenerate = request.url === "/generate";
    const text = isGenerate ? String(body.text ?? "") : lastUserText(body);
    const call = { question: questionOf(text), isGenerate };
    count(call);
    capture(request, call, bytes);
    const action = actionFor(call);
    if (action.api_key && request.headers.authorization !== `Bearer ${action.api_key}`) {
        tally.spoiled++;
        return refuse(response, 401, "a valid API key is needed");
    }
    enter(call);
    response.on("close", () => close(call));
    if (tally.inFlight > (action.capacity ?? Infinity)) {
        noteAnswer(call, { status: 429 });
        return refuse(response, 429, "too many at once");
    }
    if (action.hang) {
        return undefined;
    }
    const delay_ms = delayOf(action, call);
    if (delay_ms <= 0) {
        return finish(response, call, body, action);
    }
    setTimeout(finish, delay_ms, response, call, body, action);
    return undefined;
}

/* The call is over before the client can have read its answer and asked again. */
function finish(response, call, body, action) {
    const isDripping = action.drip !== undefined;
    if (!isDripping) {
        leave(call);
    }
    if (!response.destroyed && !response.stream?.destroyed) {
        noteAnswer(call, action);
        if (call.captured) {
            call.captured.answer = {
                at_ms: Math.round(performance.now()), status: action.status ?? 200, headers: action.headers ?? {},
            };
        }
        answer(response, call, body, action);
    }
}

function refuse(response, status, message) {
    const payload = JSON.stringify({ error: { message, type: "invalid_request_error" } });
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(payload);
}

function readBody(request, response, onBody) {
    const chunks = [];
    let size = 0;
    request.on("data", (chunk) => {
        size += chunk.length;
        if (size <= BODY_BYTES_MAX) {
            chunks.push(chunk);
        }
    });
    request.on("end", () => {
        if (size > BODY_BYTES_MAX) {
            return refuse(response, 413, "the body is too large");
        }
        return onBody(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.on("error", () => {});
    response.on("error", () => {});
}

function serveModel(request, response) {
    if (request.method === "POST" && (request.url === "/v1/chat/completions" || request.url === "/generate")) {
        return readBody(request, response, (bytes) => begin(request, response, bytes));
    }
    if (request.method === "GET" && request.url === "/v1/models") {
        response.writeHead(200, { "content-type": "application/json" });
        return response.end(JSON.stringify({ object: "list", data: [{ id: "fake", object: "model" }] }));
    }
    return refuse(response, 404, "no such path");
}

function control(url, bytes) {
    if (url === "/__control") {
        behaviour = JSON.parse(bytes.toString("utf8"));
        captureMax = behaviour.capture ?? CAPTURE_DEFAULT;
        return {};
    }
    if (url === "/__reset") {
        tally = freshTally();
        return {};
    }
    if (url === "/__calls") {
        return {
            total: tally.total, in_flight: tally.inFlight, in_flight_max: tally.inFlightMax,
            overflow: tally.overflow, overlaps: tally.overlaps, overlap_samples: tally.overlapSamples,
            cut: tally.cut, spoiled: tally.spoiled,
            statuses: Object.fromEntries(tally.statuses), by_question: Object.fromEntries(tally.byQuestion),
        };
    }
    if (url === "/__flight") {
        return { in_flight: tally.inFlight, answered_lately: answeredLately(tally) };
    }
    if (url === "/__requests") {
        return { requests: capturedInOrder() };
    }
    return null;
}

function serveControl(request, response) {
    readBody(request, response, (bytes) => {
        try {
            const said = control(request.url, bytes);
            response.writeHead(said ? 200 : 404, { "content-type": "application/json" });
            response.end(JSON.stringify(said ?? { error: "no such path" }));
        } catch (error) {
            refuse(response, 400, String(error));
        }
    });
}

function listen(server, port) {
    server.on?.("clientError", (error, socket) => socket.destroy());
    server.on("sessionError", () => {});
    server.keepAliveTimeout = 120_000;
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => resolve(server.address().port));
    });
}

const { values: options } = parseArgs({
    options: {
        port: { type: "string", default: "0" },
        "tls-port": { type: "string", default: "0" },
        "control-port": { type: "string", default: "0" },
        cert: { type: "string" },
        key: { type: "string" },
    },
});
const ports = {
    http: await listen(http.createServer(serveModel), Number(options.port)),
    control: await listen(http.createServer(serveControl), Number(options["control-port"])),
};
if (options.cert) {
    const identity = {
        cert: readFileSync(options.cert), key: readFileSync(options.key), allowHTTP1: true,
        settings: { maxConcurrentStreams: STREAMS_MAX },
    };
    ports.https = await listen(http2.createSecureServer(identity, serveModel), Number(options["tls-port"]));
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
