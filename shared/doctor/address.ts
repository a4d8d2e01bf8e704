// Where a URL leads: what a doctor resolves, connects to and looks for in a certificate.

export interface Address {
  /** A name, or an IP address without brackets. */
  readonly host: string
  readonly port: number
  /** Over TLS. */
  readonly secure: boolean
}

/** Of a broker (mqtt, mqtts, ws, wss) or of a web server (http, https), with the usual port where none is given. */
export function addressOf(url: string): Address {
  const { hostname, port, protocol } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (USUAL_PORTS[protocol] ?? 1883),
    secure: /^(mqtts|wss|https):$/.test(protocol),
  }
}

const USUAL_PORTS: Readonly<Record<string, number>> = {
  'mqtt:': 1883,
  'mqtts:': 8883,
  'ws:': 80,
  'wss:': 443,
  'http:': 80,
  'https:': 443,
}
