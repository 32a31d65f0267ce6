// dockerode on the sockets of a rig: node dockerode.js RIG. Exit code 0 when all of it worked.
"use strict";
const assert = require("assert");
const { PassThrough } = require("stream");
const Docker = require("dockerode");

const rig = process.argv[2];
const admin = new Docker({ socketPath: `${rig}/admin.sock` });
const monitoring = new Docker({ socketPath: `${rig}/monitoring.sock` });
const secret = "canary-dockerode";

function text(stream) {
  return new Promise((resolve, reject) => {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => resolve(Buffer.concat(parts).toString()));
    stream.on("error", reject);
  });
}

async function demuxed(stream) {
  const out = new PassThrough();
  admin.modem.demuxStream(stream, out, out);
  stream.on("end", () => out.end());
  return text(out);
}

async function refused(promise, words) {
  await assert.rejects(promise, (error) => {
    assert.strictEqual(error.statusCode, 403);
    assert.match(String(error), words);
    return true;
  });
}

async function containers() {
  const container = await admin.createContainer({
    name: "st-web", Image: "busybox", Cmd: ["sh", "-c", "echo ready; sleep 1000"],
    Env: [`PASSWORD=${secret}`], Labels: { tier: "front" },
    HostConfig: { Memory: 64 * 1024 * 1024, PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "18098" }] } },
    ExposedPorts: { "80/tcp": {} },
  });
  await container.start();
  const seen = await container.inspect();
  assert.strictEqual(seen.HostConfig.Memory, 64 * 1024 * 1024);
  assert.ok(seen.State.Running);
  const listed = await admin.listContainers({ filters: { label: ["tier=front"] } });
  assert.deepStrictEqual(listed.map((one) => one.Id), [container.id]);
  assert.match((await container.logs({ stdout: true })).toString(), /ready/);
  const stats = await container.stats({ stream: false });
  assert.ok(stats.memory_stats.usage > 0);
  await container.update({ Memory: 96 * 1024 * 1024, MemorySwap: 192 * 1024 * 1024 });
  await container.rename({ name: "st-other" });
  assert.strictEqual((await container.inspect()).Name, "/st-other");
  await container.pause();
  await container.unpause();
  assert.ok((await container.top()).Processes.length > 0);
  return container;
}

async function execs(container) {
  const exec = await container.exec({ Cmd: ["sh", "-c", "echo out; echo err >&2; exit 3"], AttachStdout: true, AttachStderr: true });
  assert.match(await demuxed(await exec.start()), /out/);
  assert.strictEqual((await exec.inspect()).ExitCode, 3);
  // Both ways over one hijacked connection, closed by our side.
  const cat = await container.exec({ Cmd: ["cat"], AttachStdin: true, AttachStdout: true });
  const stream = await cat.start({ hijack: true, stdin: true });
  const got = demuxed(stream);
  stream.end("typed\n");
  assert.match(await got, /typed/);
}

async function files(container) {
  await assert.rejects(container.getArchive({ path: "/missing" }), (error) => error.statusCode === 404);
  const archive = await text(await container.getArchive({ path: "/etc/passwd" }));
  assert.ok(archive.length >= 1024);
}

async function others() {
  const network = await admin.createNetwork({ Name: "st-net", Driver: "bridge" });
  assert.strictEqual((await network.inspect()).Name, "st-net");
  await network.remove();
  const volume = await admin.createVolume({ Name: "st-vol" });
  assert.strictEqual((await volume.inspect()).Driver, "local");
  await volume.remove();
  const image = admin.getImage("busybox");
  await image.tag({ repo: "st-image", tag: "1" });
  assert.ok((await image.inspect()).Id.startsWith("sha256:"));
  await admin.getImage("st-image:1").remove();
  const [result] = await admin.run("busybox", ["sh", "-c", "exit 4"], new PassThrough(), { name: "st-run" });
  assert.strictEqual(result.StatusCode, 4);
  await admin.getContainer("st-run").remove();
}

// Live events on monitoring, ended by us.
async function events(container) {
  const stream = await monitoring.getEvents({ filters: { container: [container.id] } });
  const first = new Promise((resolve) => stream.once("data", (part) => resolve(part.toString())));
  await container.restart({ t: 0 });
  assert.match(await first, /"Type":"container"/);
  stream.destroy();
}

async function main() {
  assert.strictEqual((await admin.ping()).toString(), "OK");
  assert.ok((await admin.version()).ApiVersion);
  assert.ok((await admin.info()).Containers >= 0);
  const container = await containers();
  await execs(container);
  await files(container);
  await others();
  await events(container);
  const shown = await monitoring.getContainer(container.id).inspect();
  assert.ok(!JSON.stringify(shown).includes(secret));
  assert.ok(shown.Config.Env.some((one) => one.startsWith("PASSWORD=")));
  await refused(monitoring.getContainer(container.id).stop(), /denied by policy monitoring/);
  await refused(admin.createContainer({ Image: "busybox", HostConfig: { Privileged: true } }), /privileged/);
  await refused(admin.createContainer({ Image: "busybox", HostConfig: { Binds: ["/:/host"] } }), /denied by policy admin/);
  await container.stop({ t: 0 });
  await container.remove({ v: true });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
