// Finds ports for servers that cannot be told to choose one and say which. It holds none of them.

/** Free now; nobody else on this machine is likely to take it within the second. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop();
  return port;
}
