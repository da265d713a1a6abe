// Our web server and three that many run, set up alike: one process each, access logs on, the same folder in clear and under
// TLS. All else is as after their installation, but that no connection ends after a number of requests, and that nginx writes its
// log in batches, within a second, as ours does. A server that this machine lacks is left out.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CertificateFiles } from "./certificate-files.ts";
import { PeerServer, type Recipe } from "./peer-server.ts";
import { RealServer } from "./real-server.ts";

export type WebServerName = "inetsrv" | "nginx" | "lighttpd" | "Caddy";

export interface WebServer {
  readonly name: WebServerName;
  /** The process that serves. */
  readonly pid: number;
  readonly port: number;
  readonly securePort: number;
}

const CONNECTIONS_MAX = 15_000;
const REQUESTS_MAX = 1_000_000_000;

/** Runs with all of them up, ours first, and ends them. */
export async function withWebServers<T>(
  folder: string,
  certificate: CertificateFiles,
  run: (servers: readonly WebServer[]) => Promise<T>,
): Promise<T> {
  const site = { path: folder, certificate: "bench", bindings: ["127.0.0.1:0"], secureBindings: ["127.0.0.1:0"] };
  await using ours = await RealServer.up({ certificate, services: { www: { sites: { default: site } } } });
  await using peers = new AsyncDisposableStack();
  const servers: WebServer[] = [
    {
      name: "inetsrv",
      pid: await ours.worker("www"),
      port: await ours.port("www"),
      securePort: await ours.securePort("www"),
    },
  ];
  for (const [name, recipe] of Object.entries(recipes(folder, certificate))) {
    const peer = await PeerServer.start(recipe);
    if (peer === undefined) continue;
    peers.use(peer);
    const [port = 0, securePort = 0] = peer.ports;
    servers.push({ name: name as WebServerName, pid: peer.pid, port, securePort });
  }
  return await run(servers);
}

const recipes = (folder: string, certificate: CertificateFiles): Record<Exclude<WebServerName, "inetsrv">, Recipe> => ({
  nginx: nginxRecipe(
    (port, secure) => `
      server {
        listen 127.0.0.1:${port};
        listen 127.0.0.1:${secure} ssl http2;
        ssl_certificate ${certificate.chain};
        ssl_certificate_key ${certificate.key};
        ssl_protocols TLSv1.2 TLSv1.3;
        root ${folder};
        gzip_static on;
      }`,
  ),
  lighttpd: {
    program: "lighttpd",
    args: (file) => ["-D", "-f", file],
    count: 2,
    text: ([port, secure], own) => `
      server.modules = ("mod_accesslog", "mod_openssl")
      server.document-root = "${folder}"
      server.bind = "127.0.0.1"
      server.port = ${port}
      server.max-fds = ${CONNECTIONS_MAX * 2}
      server.max-connections = ${CONNECTIONS_MAX}
      server.max-keep-alive-requests = ${REQUESTS_MAX}
      server.errorlog = "${own}/error.log"
      accesslog.filename = "${own}/access.log"
      mimetype.assign = (".html" => "text/html", ".bin" => "application/octet-stream")
      $SERVER["socket"] == "127.0.0.1:${secure}" {
        ssl.engine = "enable"
        ssl.pemfile = "${certificate.chain}"
        ssl.privkey = "${certificate.key}"
      }`,
  },
  Caddy: {
    program: "caddy",
    args: (file) => ["run", "--adapter", "caddyfile", "--config", file],
    env: { GOMAXPROCS: "1", XDG_DATA_HOME: certificate.folder, XDG_CONFIG_HOME: certificate.folder },
    count: 2,
    text: ([port, secure], own) => `
      {
        admin off
        auto_https off
      }
      (files) {
        root * ${folder}
        file_server {
          precompressed gzip
        }
        log {
          output file ${own}/access.log
        }
      }
      http://127.0.0.1:${port} {
        import files
      }
      https://127.0.0.1:${secure}, https://localhost:${secure} {
        tls ${certificate.chain} ${certificate.key}
        import files
      }`,
  },
});

/** With the sites that are made for a port in clear and one for TLS; it reads its configuration anew only with a master. */
export const nginxRecipe = (
  sites: (port: number, secure: number) => string,
  master: "alone" | "with-master" = "alone",
): Recipe => ({
  program: "nginx",
  args: (file) => ["-e", "stderr", "-c", file],
  count: 2,
  text: ([port = 0, secure = 0], own) => `
    daemon off;
    master_process ${master === "alone" ? "off" : "on"};
    pid ${own}/nginx.pid;
    worker_rlimit_nofile ${CONNECTIONS_MAX * 2};
    events { worker_connections ${CONNECTIONS_MAX}; }
    http {
      include /etc/nginx/mime.types;
      sendfile on;
      tcp_nopush on;
      keepalive_requests ${REQUESTS_MAX};
      server_names_hash_max_size 65536;
      server_names_hash_bucket_size 128;
      access_log ${own}/access.log combined buffer=64k flush=1s;
      error_log ${own}/error.log;
      client_body_temp_path ${own}/body;
      proxy_temp_path ${own}/proxy;
      fastcgi_temp_path ${own}/fastcgi;
      uwsgi_temp_path ${own}/uwsgi;
      scgi_temp_path ${own}/scgi;
      ${sites(port, secure)}
    }`,
});

/** Files for all of them, in a folder that goes with the bench. */
export class WebFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "bench-web-"));

  constructor() {
    // Ours reads it as the user of the services.
    chmodSync(this.path, 0o755);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
