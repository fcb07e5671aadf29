// One whole and one streamed chat answer through the official client, as one line of JSON.
// Usage: node openai_client.mjs FOLDER_WITH_NODE_MODULES BASE_URL MODEL
import { createRequire } from "node:module";
import path from "node:path";

const [folder, baseURL, model] = process.argv.slice(2);
const OpenAI = createRequire(path.join(folder, "package.json"))("openai").default;
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0, timeout: 60_000 });
const messages = [{ role: "user", content: "Say hello." }];

async function whole() {
  const answer = await client.chat.completions.create({ model, messages, max_tokens: 8 });
  return { model: answer.model, usage: answer.usage, text: answer.choices[0].message.content };
}

async function streamed() {
  const stream = await client.chat.completions.create({
    model, messages, max_tokens: 8, stream: true, stream_options: { include_usage: true },
  });
  const result = { model: null, usage: null, pieces: 0 };
  for await (const chunk of stream) {
    result.model = chunk.model;
    if (chunk.usage) result.usage = chunk.usage;
    if (chunk.choices[0]?.delta?.content) result.pieces += 1;
  }
  return result;
}

console.log(JSON.stringify({ whole: await whole(), streamed: await streamed() }));
