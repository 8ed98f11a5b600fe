// Works a drill over the Model Context Protocol with the official TypeScript SDK's clients: client.mjs PROGRAM DRILL
// ROOT. Prints what was seen, and exits with 1 at the first thing that is otherwise than it should be.
import assert from "node:assert/strict";
import { Client as NewClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as NewTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";

const [program, drill, root] = process.argv.slice(2);
const TOOLS = ["query", "alerts", "logs", "events", "changes", "topology", "playbook", "look", "act", "post", "declare",
  "wait", "submit"];
const info = { name: "firedrill-test", version: "1" };
const start = (Transport) => new Transport({ command: program, args: ["drill", drill, "--mcp"], cwd: root, stderr: "pipe" });

const call = async (client, name, given = {}) => {
  const result = await client.callTool({ name, arguments: given });
  assert.equal(result.content[0].type, "text");
  return result;
};

// What every revision can do.
async function work(client) {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name), TOOLS);
  for (const tool of tools) assert.equal(tool.inputSchema.type, "object");
  for (const name of ["alerts", "logs", "events", "changes", "topology", "playbook"]) {
    const result = await call(client, name);
    assert.ok(!result.isError, `${name}: ${result.content[0].text}`);
    assert.ok(result.content[0].text.length > 0, name);
  }
  const up = await call(client, "query", { expression: "count(up)" });
  assert.ok(!up.isError, up.content[0].text);
  const range = await call(client, "query", { expression: "sum(up)", range: "10m" });
  assert.ok(!range.isError, range.content[0].text);
  assert.ok(!(await call(client, "wait", { for: "1m" })).isError);
  for (const [name, given] of [["query", { expression: "up{" }], ["query", {}], ["wait", {}], ["wait", { for: "soon" }],
    ["act", { action: "reboot the moon" }], ["declare", { severity: "P9" }], ["playbook", { name: "none of these" }]]) {
    const result = await call(client, name, given);
    assert.ok(result.isError, `${name} ${JSON.stringify(given)}: ${result.content[0].text}`);
    assert.ok(result.content[0].text.length > 0);
  }
  assert.ok(!(await call(client, "post", { channel: "internal", text: "we look\nat it" })).isError);
  assert.ok(!(await call(client, "declare", { severity: "P2" })).isError);
  await assert.rejects(client.callTool({ name: "truth", arguments: {} }));
  const all = await call(client, "query", { expression: '{__name__=~".+"}[1h]' });
  assert.ok(Buffer.byteLength(JSON.stringify(all)) < 400_000, "an answer is bounded");
  const done = await call(client, "submit");
  assert.ok(!done.isError, done.content[0].text);
  assert.ok((await call(client, "alerts")).isError, "the drill is over");
}

// The clients' own newest revision each, and those before it.
for (const version of SUPPORTED_PROTOCOL_VERSIONS) {
  const client = new OldClient(info);
  const transport = start(OldTransport);
  if (version !== SUPPORTED_PROTOCOL_VERSIONS[0]) {
    // As a client of its time asks.
    const send = transport.send.bind(transport);
    transport.send = (message, ...rest) => {
      if (message.method === "initialize") message.params.protocolVersion = version;
      return send(message, ...rest);
    };
  }
  await client.connect(transport);
  assert.equal(transport._protocolVersion ?? version, version);
  assert.deepEqual(Object.keys(client.getServerCapabilities()), ["tools"]);
  assert.ok(client.getInstructions().length > 0);
  await client.ping();
  await work(client);
  await client.close();
  console.log(`sdk, ${version}: worked`);
}

for (const [mode, era] of [["legacy", "legacy"], ["auto", "modern"], [{ pin: "2026-07-28" }, "modern"]]) {
  const client = new NewClient(info, { versionNegotiation: { mode } });
  await client.connect(start(NewTransport));
  assert.equal(client.getProtocolEra(), era);
  await work(client);
  await client.close();
  console.log(`client, ${JSON.stringify(mode)}: worked, ${client.getNegotiatedProtocolVersion?.() ?? era}`);
}

// A call that is taken back is not answered, and the next one is.
{
  const client = new OldClient(info);
  await client.connect(start(OldTransport));
  const stop = new AbortController();
  const waits = client.callTool({ name: "wait", arguments: { for: "20m" } }, undefined, { signal: stop.signal });
  stop.abort("enough");
  await assert.rejects(waits);
  await client.ping();
  await client.close();
  console.log("a call was taken back");
}
