import { describe, expect, it } from 'vitest'
import type { AgentDevice } from './device.ts'
import { createSourceMap } from './source-map.ts'

const device = (id: string, address: string): AgentDevice => ({ id, name: id, address, tags: {}, parents: [] })

describe('source map', () => {
  it('follows devices that come and go', async () => {
    const names: Record<string, string[]> = { 'a.example': ['192.0.2.1'], 'b.example': ['192.0.2.2'] }
    const map = createSourceMap({ devices: [device('a', 'a.example')], resolve: async (name) => names[name] ?? [] })
    await map.start()
    expect(map.lookup('192.0.2.1')).toBe('a')
    map.replace([device('b', 'b.example'), device('c', '::ffff:192.0.2.3')])
    expect(map.lookup('192.0.2.1')).toBeUndefined()
    expect(map.lookup('192.0.2.3')).toBe('c')
    await new Promise((resolve) => setImmediate(resolve))
    expect(map.lookup('192.0.2.2')).toBe('b')
    map.replace([device('b', 'a.example')])
    expect(map.lookup('192.0.2.2')).toBeUndefined()
    await new Promise((resolve) => setImmediate(resolve))
    expect(map.lookup('192.0.2.1')).toBe('b')
    map.stop()
  })

  it('does not believe an answer about devices of before', async () => {
    let answer: (addresses: string[]) => void = () => undefined
    const asked = new Promise<string[]>((resolve) => {
      answer = resolve
    })
    const map = createSourceMap({ devices: [], resolve: () => asked })
    await map.start()
    map.replace([device('old', 'slow.example')])
    map.replace([device('new', '192.0.2.9')])
    answer(['192.0.2.1'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(map.lookup('192.0.2.1')).toBeUndefined()
    expect(map.lookup('192.0.2.9')).toBe('new')
    map.stop()
  })
})
