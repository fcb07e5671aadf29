// What the official Node client of OpenAI gets, as one line of JSON.
// Usage: node openai.mjs FOLDER_WITH_NODE_MODULES BASE_URL, and {"tools", "question", "picture", "sound"} as
// JSON on standard input, the picture as a data URL, the sound in base64.
import { File } from "node:buffer";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";

globalThis.File ??= File; // Node 18 has it, but not where the client looks

const [folder, baseURL] = process.argv.slice(2);
const { default: OpenAI, toFile } = createRequire(path.join(folder, "package.json"))("openai");
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0, timeout: 60_000 });
const given = JSON.parse(readFileSync(0));
const messages = [{ role: "user", content: "Hello." }];
const results = {};

async function collect(name, work) {
  try {
    results[name] = await work();
  } catch (error) {
    results[name] = { status: error.status, code: error.code, message: error.message };
  }
}

await collect("chat", async () =>
  (await client.chat.completions.create({ model: "parrot", messages })).choices[0].message.content);

await collect("stream", async () => {
  const pieces = [];
  for await (const chunk of await client.chat.completions.create({ model: "parrot", messages, stream: true })) {
    if (chunk.choices[0]?.delta?.content) pieces.push(chunk.choices[0].delta.content);
  }
  return pieces;
});

await collect("tools", async () => {
  const answer = await client.chat.completions.create({
    model: "parrot", messages: given.question, tools: given.tools });
  const call = answer.choices[0].message.tool_calls[0];
  const told = { role: "tool", tool_call_id: call.id, content: "sunny" };
  const last = await client.chat.completions.create({
    model: "parrot", tools: given.tools, messages: [...given.question, answer.choices[0].message, told] });
  return [call.function.name, JSON.parse(call.function.arguments), last.choices[0].message.content];
});

await collect("picture", async () => {
  const content = [{ type: "image_url", image_url: { url: given.picture } }];
  const answer = await client.chat.completions.create({ model: "eye", messages: [{ role: "user", content }] });
  return JSON.parse(answer.choices[0].message.content);
});

await collect("embeddings", async () => {
  const answer = await client.embeddings.create({ model: "tiny-embed", input: ["one text", "another"] });
  return answer.data.map((item) => item.embedding.length);
});

await collect("responses", async () =>
  (await client.responses.create({ model: "parrot", input: "Hello." })).output_text);

await collect("transcription", async () => {
  const file = await toFile(Buffer.from(given.sound, "base64"), "a.wav", { type: "audio/wav" });
  return typeof (await client.audio.transcriptions.create({ model: "tiny-whisper", file })).text;
});

await collect("models", async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  return ids;
});

await collect("unknown", () => client.chat.completions.create({ model: "parot", messages }));
await collect("retrieved", async () => (await client.models.retrieve("parrot")).id);

console.log(JSON.stringify(results));
