// Chromium, driven through its DevTools as a person would: goes to addresses, clicks, saves, and tells what it got. It reaches
// this machine alone: no name is resolved, and all it does by itself is switched off. Only for tests.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { eventually } from "./eventually.ts";

const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--remote-debugging-port=0",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--no-first-run",
  "--no-default-browser-check",
  "--no-pings",
  "--mute-audio",
  "--metrics-recording-only",
  "--disable-background-networking",
  "--disable-client-side-phishing-detection",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--disable-domain-reliability",
  "--disable-extensions",
  "--disable-features=AutofillServerCommunication,MediaRouter,OptimizationHints,Translate",
  "--disable-sync",
];

/** What came for an address, as far as a test asks. */
export interface Response {
  readonly url: string;
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: string | undefined;
}

export class Browser implements AsyncDisposable {
  /** In the order in which they came. */
  readonly responses: Response[] = [];
  /** What the browser itself has against a page: scripts that failed, policies that were broken. */
  readonly complaints: string[] = [];
  /** Profile and downloads. */
  readonly folder: string;
  private readonly child: Bun.Subprocess;
  private socket: WebSocket | undefined;
  private session: string | undefined;
  private lastId = 0;
  private readonly waiting = new Map<number, (message: JsonObject) => void>();
  private loads = 0;
  private savedCount = 0;

  private constructor(folder: string, child: Bun.Subprocess) {
    this.folder = folder;
    this.child = child;
  }

  /** `spki`: hashes of the public keys of certificates that are believed, although nobody has signed them. */
  static async open({ spki = [] }: { readonly spki?: readonly string[] } = {}): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "inetsrv-browser-"));
    const own = [`--user-data-dir=${folder}`, `--ignore-certificate-errors-spki-list=${spki.join(",")}`];
    const child = Bun.spawn(["chromium", ...flags, ...own, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore"],
      env: { ...process.env, HOME: folder },
    });
    const browser = new Browser(folder, child);
    try {
      await browser.attach();
      return browser;
    } catch (thrown) {
      await browser[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** There, with all that belongs to the page. */
  async goTo(url: string): Promise<void> {
    await this.loading(() => this.call("Page.navigate", { url }));
  }

  async reload(): Promise<void> {
    await this.loading(() => this.call("Page.reload"));
  }

  /** To where the first element leads that the selector finds. */
  async follow(selector: string): Promise<void> {
    await this.loading(() => this.run(`document.querySelector(${JSON.stringify(selector)}).click()`));
  }

  /** The value of an expression in the page; a promise is waited for. */
  async run<T extends Json>(expression: string): Promise<T> {
    const told = await this.call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (told.exceptionDetails !== undefined) throw new Error(JSON.stringify(told.exceptionDetails));
    return (told.result as { readonly value: T }).value;
  }

  /** Goes to an address that is to be saved; the bytes of the file. */
  async save(url: string): Promise<Buffer> {
    const before = this.savedCount;
    await this.call("Browser.setDownloadBehavior", {
      behavior: "allow",
      downloadPath: this.folder,
      eventsEnabled: true,
    });
    await this.call("Page.navigate", { url });
    await eventually(`${url} is saved`, () => this.savedCount > before);
    return readFileSync(join(this.folder, decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "")));
  }

  /** What came last for an address that ends so. */
  response(end: string): Response | undefined {
    return this.responses.findLast(({ url }) => url.endsWith(end));
  }

  /** As on a device that is so wide. */
  async narrow(width: number): Promise<void> {
    await this.call("Emulation.setDeviceMetricsOverride", { width, height: 700, deviceScaleFactor: 1, mobile: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket?.close();
    this.child.kill("SIGKILL");
    await this.child.exited;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  private async attach(): Promise<void> {
    const said = join(this.folder, "DevToolsActivePort");
    const [, port, path] = await eventually("Chromium has begun", () =>
      existsSync(said) ? (/^(\d+)\n(\S+)$/.exec(readFileSync(said, "utf8").trim()) ?? undefined) : undefined,
    );
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    this.socket = socket;
    socket.onmessage = ({ data }) => this.take(JSON.parse(String(data)) as JsonObject);
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    const { targetId = "" } = await this.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    this.session = String(sessionId);
    for (const domain of ["Page", "Network", "Runtime", "Log"]) await this.call(`${domain}.enable`);
  }

  private async loading(begin: () => Promise<unknown>): Promise<void> {
    const before = this.loads;
    await begin();
    await eventually("the page has come", () => this.loads > before);
  }

  private async call(method: string, params: JsonObject = {}): Promise<JsonObject> {
    const id = ++this.lastId;
    const session = this.session === undefined ? {} : { sessionId: this.session };
    const answered = new Promise<JsonObject>((resolve) => this.waiting.set(id, resolve));
    this.socket?.send(JSON.stringify({ id, method, params, ...session }));
    const { result, error } = await answered;
    if (!isObject(result)) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as JsonObject;
  }

  private take({ id, method, params, ...answer }: JsonObject): void {
    if (typeof id === "number") {
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    } else this.told(String(method), params as JsonObject);
  }

  private told(event: string, told: JsonObject): void {
    if (event === "Page.loadEventFired") this.loads++;
    else if (event === "Network.responseReceived") this.responses.push(responseOf(told.response as unknown as Came));
    else if (event === "Browser.downloadProgress" && told.state === "completed") this.savedCount++;
    else if (event === "Runtime.exceptionThrown" || event === "Log.entryAdded")
      this.complaints.push(JSON.stringify(told));
  }
}

/** A response as the browser tells it. */
interface Came extends Omit<Response, "tls"> {
  readonly securityDetails?: { readonly protocol: string };
}

function responseOf({ url, status, headers, securityDetails }: Came): Response {
  const inSmallLetters = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { url, status, headers: Object.fromEntries(inSmallLetters), tls: securityDetails?.protocol };
}
