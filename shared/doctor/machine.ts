// What a doctor may ask of the machine and the network. Checks get it given, so that every failure can be played.

export interface Machine {
  /** Wall clock, ms since 1970 UTC. */
  now(): number
  /** Addresses of a name as programs here would get them. Rejects with a code such as ENOTFOUND or EAI_AGAIN. */
  resolve(name: string): Promise<readonly string[]>
  /** A TCP connection, closed at once. */
  reach(host: string, port: number, signal: AbortSignal): Promise<Reached>
  /** A TLS handshake, closed at once; the certificate is told whether trusted or not. */
  handshake(options: HandshakeOptions, signal: AbortSignal): Promise<Handshake>
  /** GET; the body cut at 64 KB. Rejects when there is no answer. */
  get(url: string, options: GetOptions, signal: AbortSignal): Promise<Got>
  /** Whether this user may bind it now; held for a moment only. */
  bind(kind: 'tcp' | 'udp', host: string, port: number): Promise<Bound>
  /** Program that holds a local port; null when none does, or where the system does not tell. */
  holder(kind: 'tcp' | 'udp', port: number): Holder | null
  disk(dir: string): { readonly freeBytes: number; readonly totalBytes: number }
  /** Writes, syncs and removes a small file; ms it took. Rejects with a code such as EACCES, EROFS or ENOSPC. */
  tryWrite(dir: string): Promise<number>
  /** null when there is nothing. */
  stat(path: string): FileFacts | null
  /** Why this user may not read it, as a code such as EACCES or ENOENT; null when it may. */
  unreadable(path: string): string | null
  /** Throws as readFileSync does. */
  read(path: string): string
  /** True when another process has the file locked (SQLite databases in use are). undefined where the system does not tell. */
  inUse(path: string): boolean | undefined
  /** Whether the system's clock is kept by a time service. */
  timeService(): Promise<'synchronised' | 'not-synchronised' | 'unknown'>
  /** A kernel setting such as net/core/rmem_max; undefined where there is none. */
  sysctl(name: string): string | undefined
  /** User id of this process; undefined where there are none. */
  readonly uid: number | undefined
}

export type Reached = { readonly ok: true } | { readonly ok: false; readonly code: string }

export interface HandshakeOptions {
  readonly host: string
  readonly port: number
  /** Name the certificate must be for; the host when absent. */
  readonly name?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export type Handshake =
  | { readonly ok: false; readonly code: string; readonly message: string }
  | {
      readonly ok: true
      /** null: trusted and for this name; else why not (`DEPTH_ZERO_SELF_SIGNED_CERT`, `CERT_HAS_EXPIRED` ...). */
      readonly distrust: string | null
      readonly protocol: string
      /** The server's certificate, PEM. */
      readonly certificate: string
    }

export interface GetOptions {
  readonly headers?: Record<string, string>
  readonly ca?: string
  /** Only who answers is of interest, not whether it is trusted. */
  readonly anyCertificate?: boolean
}

export interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** free: it could be bound. Else EADDRINUSE, EACCES, EADDRNOTAVAIL ... */
export type Bound = 'free' | (string & {})

export interface Holder {
  /** null: this user may not see which program it is. */
  readonly pid: number | null
  readonly name: string
}

/** `name (pid)`, or `?`. */
export const nameOf = (holder: Holder | null): string =>
  holder === null || holder.pid === null ? '?' : `${holder.name} (${holder.pid})`

export interface FileFacts {
  /** Permission bits, e.g. 0o600. */
  readonly mode: number
  readonly uid: number
  readonly size: number
  readonly isDirectory: boolean
  /** Wall ms. */
  readonly changedAt: number
}
