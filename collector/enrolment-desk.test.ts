import { describe, expect, it } from 'vitest'
import { readCollectorConfig } from './config/config.ts'
import { apiUrlOf, brokerUrlOf, namesOf } from './enrolment-desk.ts'

function config(text: string) {
  const read = readCollectorConfig(text, 'collector.yaml', { env: () => undefined, file: () => '' })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.value
}

describe('addresses for agents', () => {
  const named = config('enrolment: {names: [col.example.net, 192.0.2.7, "fd00::2"]}')

  it('are the name by which an agent came when the certificate has it, else the best one', () => {
    expect(brokerUrlOf(named, 'COL.example.net')).toBe('mqtts://col.example.net:8883')
    expect(brokerUrlOf(named, '192.0.2.7')).toBe('mqtts://192.0.2.7:8883')
    expect(brokerUrlOf(named, '[fd00::2]')).toBe('mqtts://[fd00::2]:8883')
    for (const host of ['proxy.example.net', 'evil/../x', '', null])
      expect(brokerUrlOf(named, host)).toBe('mqtts://col.example.net:8883')
    expect(apiUrlOf(named)).toBe('http://col.example.net:8080')
  })

  it('follow the settings', () => {
    const own = config('http: {tls: own, port: 8443}\nbroker: {embedded: {tls: {port: 9883}}}')
    expect(apiUrlOf(own)).toMatch(/^https:\/\/.+:8443$/)
    expect(brokerUrlOf(own, 'localhost')).toBe('mqtts://localhost:9883')
    const other = config('broker: {url: "mqtts://broker:18883"}\nenrolment: {names: [col.example.net]}')
    expect(brokerUrlOf(other, null)).toBe('mqtts://col.example.net:18883')
    const said = config(
      'enrolment: {brokerUrl: "mqtts://mq.example.net:1"}\nhttp: {publicUrl: "https://noc.example.net"}',
    )
    expect([brokerUrlOf(said, 'localhost'), apiUrlOf(said)]).toEqual([
      'mqtts://mq.example.net:1',
      'https://noc.example.net',
    ])
  })

  it('have a name even when none is given', () => {
    expect(namesOf(config(''))).toEqual(expect.arrayContaining(['localhost', '127.0.0.1', '::1']))
    expect(namesOf(config('enrolment: {names: []}')).length).toBeGreaterThan(2)
  })
})
