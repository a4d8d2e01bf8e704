// Where a sweep is proven: two network name spaces joined by a cable, so that addresses nobody has are really silent (no
// answer to ARP) and the kernel counts what the sweeper alone sends. Without the right to make those: loopback, where a
// socket takes what goes to nobody, and where ICMP and TCP would be answered for every address.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ProofNetwork {
  readonly kind: 'namespaces' | 'loopback'
  /** First two octets of every address. */
  readonly prefix: string
  /** Words before `node` that put a program at the sweeper's and at the devices' end. */
  readonly sweeper: readonly string[]
  readonly devices: readonly string[]
  /** IP packets the process' name space has sent so far, without ICMP errors of the kernel's own; undefined: not only its. */
  sent(pid: number): number | undefined
  remove(): void
}

export function makeNetwork(addresses: readonly string[], prefix = '10.77'): ProofNetwork {
  const [a, b] = [`otr-sweeper-${process.pid}`, `otr-swept-${process.pid}`]
  const remove = () => {
    for (const name of [a, b]) spawnSync('ip', ['netns', 'del', name])
  }
  const made = [
    ['netns', 'add', a],
    ['netns', 'add', b],
    ['link', 'add', 'va', 'netns', a, 'type', 'veth', 'peer', 'name', 'vb', 'netns', b],
    ['-n', a, 'addr', 'add', `${prefix}.7.1/21`, 'dev', 'va'],
    ...addresses.map((address) => ['-n', b, 'addr', 'add', `${address}/21`, 'dev', 'vb']),
    ...[a, b].map((name) => ['-n', name, 'link', 'set', 'lo', 'up']),
    ['-n', a, 'link', 'set', 'va', 'up'],
    ['-n', b, 'link', 'set', 'vb', 'up'],
  ].every((args) => spawnSync('ip', args).status === 0)
  if (!made) {
    remove()
    const loopback = { sweeper: [], devices: [], sent: () => undefined, remove: () => undefined }
    return { kind: 'loopback', prefix: '127.84', ...loopback }
  }
  const within = (name: string) => ['ip', 'netns', 'exec', name]
  return { kind: 'namespaces', prefix, sweeper: within(a), devices: within(b), sent, remove }
}

function sent(pid: number): number | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').split('\n')
    const counter = (protocol: string, name: string) => {
      const [titles, values] = lines.filter((line) => line.startsWith(`${protocol}: `)).map((line) => line.split(' '))
      const at = titles?.indexOf(name) ?? -1
      return at < 0 ? 0 : Number(values?.[at])
    }
    return counter('Ip', 'OutRequests') - counter('IcmpMsg', 'OutType3')
  } catch {
    return undefined
  }
}
