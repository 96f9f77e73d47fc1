// Speaks to /api: the XSRF header, the error shape {what, why, fix}, and which failures pass.

/** A refusal or a failure, in the three sentences every Studio error has. */
export class ApiError extends Error {
  constructor(
    readonly what: string,
    readonly why: string,
    readonly fix: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
  ) {
    super(what);
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get passing(): boolean {
    return [0, 408, 425, 429].includes(this.status) || this.status >= 500;
  }
}

/** The bundle is served from <root>/api/assets/, so the API's root is one folder up. */
const ROOT = new URL("../", import.meta.url);
const TIMEOUT_MS = 20_000;
const XSRF_COOKIE = "_streamlit_xsrf";

type Query = Record<string, string | number | null | undefined>;

/** The address of an API path; empty parameters are left out. */
export function apiUrl(path: string, query: Query = {}): string {
  const url = new URL(path, ROOT);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      url.searchParams.set(name, String(value));
    }
  }
  return url.href;
}

/** The current XSRF token; Streamlit renews the cookie, so it is read anew for each request. */
export function xsrfToken(): string {
  for (const part of document.cookie.split("; ")) {
    if (part.startsWith(`${XSRF_COOKIE}=`)) return part.slice(XSRF_COOKIE.length + 1);
  }
  return "";
}

/** Asks Streamlit for a fresh XSRF cookie. */
export async function renewXsrfToken(): Promise<void> {
  await fetch(new URL("../_stcore/health", ROOT), { cache: "no-store" });
}

/** Turns a body into the error it describes, or a plain one where it describes none. */
export function errorFrom(status: number, body: string): ApiError {
  try {
    const { error } = JSON.parse(body) as { error: { what: string; why: string; fix: string } };
    if (error.what) return new ApiError(error.what, error.why, error.fix, status);
  } catch {
    // Not JSON, or not our shape: a proxy or a crashed server answered.
  }
  return status >= 500
    ? new ApiError(
        `The studio answered with status ${status}.`,
        "Something failed on the server.",
        "Try again in a moment; the server's log says more.",
        status,
      )
    : new ApiError(
        `The studio answered with status ${status}.`,
        "The server did not say why.",
        "Reload the page and try again.",
        status,
      );
}

/** The error for a request that got no answer at all. */
export function unreachable(): ApiError {
  return new ApiError(
    "The studio does not answer.",
    navigator.onLine
      ? "Its server is stopped, restarting, or out of reach."
      : "This device has no network connection.",
    "Leave the page open: it tries again by itself.",
    0,
  );
}

export interface RequestOptions {
  json?: unknown;
  /** Raw bytes, in place of `json`. */
  body?: Blob;
  signal?: AbortSignal;
  keepalive?: boolean;
}

async function send(method: string, url: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = {};
  if (method !== "GET") headers["x-xsrftoken"] = xsrfToken();
  if (options.json !== undefined) headers["content-type"] = "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  const abort = (): void => stop.abort();
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted) stop.abort();
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    keepalive: options.keepalive ?? false,
    signal: stop.signal,
  };
  if (options.json !== undefined) init.body = JSON.stringify(options.json);
  else if (options.body) init.body = options.body;
  try {
    return await fetch(url, init);
  } catch (failure) {
    if (options.signal?.aborted) throw failure;
    throw unreachable();
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
  }
}

/**
 * Sends a request to the API and returns the response once it is a success.
 *
 * Throws ApiError for a refusal and for no answer; an abort by the caller's signal is re-thrown as
 * it is. A refused XSRF token is renewed once.
 */
export async function request(
  method: string,
  url: string,
  options: RequestOptions = {},
): Promise<Response> {
  let response = await send(method, url, options);
  if (response.status === 403 && method !== "GET") {
    await renewXsrfToken().catch(() => undefined);
    response = await send(method, url, options);
  }
  if (!response.ok) throw errorFrom(response.status, await response.text().catch(() => ""));
  return response;
}

/** GETs JSON. */
export async function getJson<Result>(url: string, signal?: AbortSignal): Promise<Result> {
  const response = await request("GET", url, signal ? { signal } : {});
  return (await response.json().catch(() => Promise.reject(unreachable()))) as Result;
}

/** POSTs JSON and reads JSON. */
export async function postJson<Result>(
  url: string,
  json: unknown,
  options: RequestOptions = {},
): Promise<Result> {
  const response = await request("POST", url, { ...options, json });
  return (await response.json().catch(() => Promise.reject(unreachable()))) as Result;
}

/** Whether a failure is the caller's own abort. */
export function isAbort(failure: unknown): boolean {
  return failure instanceof DOMException && failure.name === "AbortError";
}

/** Any failure as an ApiError; what is not one is a fault of the page itself. */
export function asApiError(failure: unknown): ApiError {
  if (failure instanceof ApiError) return failure;
  return new ApiError(
    "The page could not finish this step.",
    failure instanceof Error ? failure.message : String(failure),
    "Reload the page; nothing that was saved is lost.",
    -1,
  );
}
