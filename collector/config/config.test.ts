import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { printProblem } from '#shared/config/read-config.ts'
import { readCollectorConfig } from './config.ts'
import { generatedFiles } from './generated-files.ts'

const secrets = { env: (name: string) => (name === 'MAIL_PASSWORD' ? 'x' : undefined), file: () => 'secret-text' }
const read = (text: string) => readCollectorConfig(text, 'collector.yaml', secrets)

describe('collector.yaml', () => {
  it('may be empty', () => {
    const result = read('')
    expect(result.ok && [result.value.http.port, result.value.broker.embedded.port, result.value.agents]).toEqual([
      8080,
      1883,
      [],
    ])
  })

  it('names references to nothing, doubles and wrong keys together', () => {
    const result = read(`
customers: [{id: acme, name: Acme}, {id: acme, name: Again}]
sites:
  - {id: hq, customer: nobody, name: HQ, timeZone: Mars/Base}
agents:
  - {id: agent-one, site: nowhere, passwrd: x}
htpp: {}
`)
    if (result.ok) throw new Error('should fail')
    const text = result.problems.map(printProblem).join('\n')
    expect(text).toContain('did you mean "http"?')
    expect(text).toMatch(/collector\.yaml:6:\d+: agents\[0\]\.passwrd: unknown key; did you mean "password"\?/)
    expect(text).toContain('not an IANA time zone')
    const second = read(
      'customers: [{id: acme, name: A}, {id: acme, name: B}]\nsites: [{id: hq, customer: x, name: n}]\n',
    )
    const more = second.ok ? '' : second.problems.map(printProblem).join('\n')
    expect(more).toContain('is used twice')
    expect(more).toContain('no customer "x"')
  })

  it('sends no agent to a broker that it will refuse', () => {
    const read = (brokerUrl: string) => readCollectorConfig(`enrolment: {brokerUrl: "${brokerUrl}"}`, 'c.yaml', secrets)
    expect(read('mqtts://mq.example.net:8883').ok).toBe(true)
    for (const url of ['mqtt://mq.example.net:1883', 'mq.example.net:8883', 'https://mq.example.net'])
      expect(read(url)).toMatchObject({
        ok: false,
        problems: [{ path: 'enrolment.brokerUrl', message: expect.stringContaining('agents refuse a broker') }],
      })
  })

  it('keeps the generated files current', () => {
    for (const [name, text] of Object.entries(generatedFiles()))
      expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'), name).toBe(text)
  })

  it('reads its own example', () => {
    const example = generatedFiles()['collector.example.yaml'] as string
    const result = read(example)
    expect(result.ok ? [] : result.problems.map(printProblem)).toEqual([])
  })
})
