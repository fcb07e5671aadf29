// What the official Node client of Ollama gets, as one line of JSON.
// Usage: node ollama.mjs FOLDER_WITH_NODE_MODULES HOST, and {"tools", "question", "picture"} as JSON on
// standard input, the picture in base64.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";

const [folder, host] = process.argv.slice(2);
const { Ollama } = createRequire(path.join(folder, "package.json"))("ollama");
const client = new Ollama({ host });
const given = JSON.parse(readFileSync(0));
const messages = [{ role: "user", content: "Hello." }];
const results = {};

async function collect(name, work) {
  try {
    results[name] = await work();
  } catch (error) {
    results[name] = { status: error.status_code, message: error.message };
  }
}

async function pieces(stream, text) {
  const found = [];
  let last;
  for await (const part of stream) {
    if (text(part)) found.push(text(part));
    last = part;
  }
  return { pieces: found, done: last.done, reason: last.done_reason, count: last.eval_count };
}

await collect("list", async () => (await client.list()).models.map((model) => model.name));
await collect("chat", async () => (await client.chat({ model: "parrot", messages })).message.content);
await collect("stream", async () =>
  pieces(await client.chat({ model: "parrot:latest", messages, stream: true }), (part) => part.message.content));
await collect("tools", async () => {
  const answer = await client.chat({ model: "parrot", messages: given.question, tools: given.tools });
  const told = { role: "tool", tool_name: "get_weather", content: "sunny" };
  const last = await client.chat({
    model: "parrot", tools: given.tools, messages: [...given.question, answer.message, told] });
  return [answer.message.tool_calls[0].function, last.message.content];
});
await collect("picture", async () => {
  const message = { role: "user", content: "What is this?", images: [given.picture] };
  return JSON.parse((await client.chat({ model: "eye", messages: [message] })).message.content);
});
await collect("generate", async () => (await client.generate({ model: "parrot", prompt: "Hello." })).response);
await collect("generated", async () =>
  pieces(await client.generate({ model: "parrot", prompt: "Hello.", stream: true }), (part) => part.response));
await collect("embed", async () =>
  (await client.embed({ model: "tiny-embed", input: ["one text", "another"] })).embeddings.map((item) => item.length));
await collect("show", async () => (await client.show({ model: "parrot" })).capabilities);
await collect("ps", async () => (await client.ps()).models.map((model) => model.name));
await collect("version", async () => (await client.version()).version);
await collect("unknown", () => client.chat({ model: "parot", messages }));

console.log(JSON.stringify(results));
