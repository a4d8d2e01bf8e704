// The part of net-snmp 3.29.2 that is used here; the package has no types of its own.
declare module 'net-snmp' {
  export interface V3User {
    readonly name: string
    readonly level: number
    readonly authProtocol?: number
    readonly authKey?: string
    readonly privProtocol?: number
    readonly privKey?: string
  }

  export interface NetSnmpVarbind {
    readonly oid: string
    readonly type: number
    readonly value: number | string | boolean | Buffer | null | undefined
  }

  /** What a session asks of node:dgram; given by us, so that every datagram passes our checks first. */
  export interface DgramSocket {
    on(event: string, listener: (...args: never[]) => void): void
    ref(): void
    unref(): void
    send(
      datagram: Buffer,
      offset: number,
      length: number,
      port: number,
      host: string,
      done: (error: Error | null, bytes: number) => void,
    ): void
    close(): void
  }

  export interface SessionOptions {
    readonly port: number
    readonly retries: number
    readonly timeout: number
    readonly context?: string
    readonly dgramModule: { createSocket(transport: string): DgramSocket }
  }

  export interface Session {
    /** Read when a request is made. */
    retries: number
    on(event: 'error', listener: (error: Error) => void): void
    get(oids: readonly string[], done: (error: Error | null, varbinds?: NetSnmpVarbind[]) => void): void
    getNext(oids: readonly string[], done: (error: Error | null, varbinds?: NetSnmpVarbind[]) => void): void
    /** Answers by column asked, rows inside. */
    getBulk(
      oids: readonly string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, varbinds?: NetSnmpVarbind[][]) => void,
    ): void
    close(): void
  }

  export function createV3Session(target: string, user: V3User, options: SessionOptions): Session
  export const SecurityLevel: Readonly<Record<'noAuthNoPriv' | 'authNoPriv' | 'authPriv', number>>
  export const AuthProtocols: Readonly<Record<'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512', number>>
  export const PrivProtocols: Readonly<Record<'des' | 'aes' | 'aes256b' | 'aes256r', number>>
  export interface AuthoritativeEngine {
    readonly engineID: Buffer
  }
  export interface Cipher {
    encryptPdu(
      plain: Buffer,
      privProtocol: number,
      password: string,
      authProtocol: number,
      engine: AuthoritativeEngine,
    ): { readonly encryptedPdu: Buffer; readonly msgPrivacyParameters: Buffer }
    decryptPdu(
      encrypted: Buffer,
      privProtocol: number,
      salt: Buffer,
      password: string,
      authProtocol: number,
      engine: AuthoritativeEngine,
    ): Buffer
  }
  export const Encryption: { readonly algorithms: Record<number, Cipher | undefined> }
  export const Authentication: {
    readonly authToKeyCache: Record<string, Buffer>
    passwordToKey(authProtocol: number, password: string, engineId: Buffer): Buffer
  }
  export const ResponseInvalidCode: Readonly<Record<string, number | string>>
}
