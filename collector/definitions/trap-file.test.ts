import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrapEvent } from '#shared/domain/device-event.ts'
import { rulesOfDefinitions } from './definition-rules.ts'
import { readTrapFile } from './trap-file.ts'
import { indexTraps } from './trap-index.ts'
import { otherTrapOid } from './trap-oid.ts'
import { compileTrapText } from './trap-text.ts'

const PACK = `
vendor: Acme
version: 3
varbinds:
  fanName: { oid: .1.3.6.1.4.1.99.1.2, type: octets }
  fanState: { oid: 1.3.6.1.4.1.99.1.3, type: enum, enum: { 1: ok, 2: failed }, constraints: { min: 1 } }
  fanRow: { oid: 1.3.6.1.4.1.99.1, enum: { red: 1, amber: 2, rouge: 1 } }
traps:
  - oid: 1.3.6.1.4.1.99.0.1
    name: ACME-MIB::fanChanged
    category: state_change
    severity: alert
    description: '{{hostname}} ({{source_ip}}, {{vendor}}): {{value "fanName"}} is {{value "fanState"}}/{{raw "fanState"}}{{with value "fanRow"}} row {{.}}{{else}} no row{{end}}'
    status: current
    varbinds: [fanName, fanState]
    labels: { team: noc }
    dedup_key_varbinds: [fanName]
  - { oid: 1.3.6.1.4.1.99.7, name: ACME-MIB::odd, category: nonsense, severity: loud }
  - { oid: not an oid, name: ACME-MIB::bad }
`
const trap = (trapOid: string, varbinds: TrapEvent['varbinds'] = []): TrapEvent => ({
  ...{ kind: 'trap', at: 0, device: 'd', source: '192.0.2.1', version: 'v2c', confirmed: false, user: '' },
  ...{ trapOid, varbinds },
})
const indexOf = (...texts: string[]) =>
  indexTraps(texts.map((text, n) => ({ file: readTrapFile(`traps.d/${n}.yaml`, text), kind: 'file' as const })))

describe('a file of trap definitions', () => {
  it('is read as packs are laid out; a bad definition costs itself and says where', () => {
    const file = readTrapFile('traps.d/acme.yaml', PACK)
    expect(file.definitions.map((d) => [d.oid, d.category, d.severity, d.line])).toEqual([
      ['1.3.6.1.4.1.99.0.1', 'state_change', 'alert', 9],
      ['1.3.6.1.4.1.99.7', 'unknown', 'notice', 18],
    ])
    expect(file.problems).toEqual([
      { file: 'traps.d/acme.yaml', line: 19, path: 'traps.2.oid', message: 'an OID in numbers' },
    ])
    expect(file.varbinds.get('fanRow')?.labels).toEqual({ 1: 'red', 2: 'amber' })
    expect(file.definitions.flatMap((d) => d.alarms)).toEqual([])
  })

  it('of the older form is read too', () => {
    const text = `
provider: kentik-like
traps:
  - trap_oid: 1.3.6.1.4.1.98.0.4
    trap_name: psuChanged
    drop_undefined: true
    events:
      - { name: psuStateRaw, tag: psuState, OID: 1.3.6.1.4.1.98.1.4, enum: { failed: 3, ok: 1 } }
`
    const meaning = indexOf(text).meaning(
      trap('1.3.6.1.4.1.98.0.4', [{ oid: '1.3.6.1.4.1.98.1.4.7', type: 'Integer', value: 3 }]),
      'ups',
    )
    expect(meaning).toMatchObject({ name: 'psuChanged', vendor: 'kentik-like', category: 'unknown' })
    expect(meaning?.varbinds).toEqual([{ name: 'psuState', value: 'failed' }])
  })

  it('finds a trap by its OID, with one .0. more or less; a varbind by its longest OID', () => {
    const index = indexOf(PACK)
    for (const oid of ['1.3.6.1.4.1.99.0.1', '1.3.6.1.4.1.99.1', '1.3.6.1.4.1.99.7', '1.3.6.1.4.1.99.0.7'])
      expect(index.find(oid)?.vendor, oid).toBe('Acme')
    for (const oid of ['1.3.6.1.4.1.99.0.2', '1.3.6.1.4.1.99.0.1.5', '1.3.6.1.4.1.990.1', '1'])
      expect(index.find(oid), oid).toBeUndefined()
    expect(index.varbind('1.3.6.1.4.1.99.1.2.44')?.name).toBe('fanName')
    expect(index.varbind('1.3.6.1.4.1.99.1.22.44')?.name).toBe('fanRow')
    expect(index.varbind('1.3.6.1.4.1.991.2')).toBeUndefined()
    expect(otherTrapOid(otherTrapOid('1.3.6.1.4.1.9.9'))).toBe('1.3.6.1.4.1.9.9')
  })

  it('says what a trap says, at most 512 bytes of it', () => {
    const index = indexOf(PACK)
    const name = { oid: '1.3.6.1.4.1.99.1.2.7', type: 'OctetString', value: 'Fan\n7' }
    const state = { oid: '1.3.6.1.4.1.99.1.3.7', type: 'Integer', value: 2 }
    expect(index.meaning(trap('1.3.6.1.4.1.99.0.1', [name, state]), 'core')?.text.en).toBe(
      'core (192.0.2.1, Acme): Fan 7 is failed/2 no row',
    )
    expect(index.meaning(trap('1.3.6.1.4.1.99.0.1', [name, state]), '汉'.repeat(400))?.text.en).toBe('汉'.repeat(170))
    expect(index.meaning(trap('1.3.6.1.2.3'), 'core')).toBeUndefined()
  })

  it('names what is wrong with an alarm: no such varbind, a function where only names may stand', () => {
    const one = (alarm: string) =>
      readTrapFile(
        'f.yaml',
        `vendor: A\ntraps:\n  - oid: 1.3.6.1.4.1.99.0.1\n    name: x\n    x-outrider:\n      alarm: ${alarm}\n`,
      )
    const raise = (rest: string) => one(`{ type: raise, alarmType: env.fan, severity: major, ${rest} }`)
    expect(raise('resource: "fan:{{nobody}}"').problems).toMatchObject(
      [{ line: 6, message: /no varbind of this name/ }].map(({ line }) => ({ line })),
    )
    expect(raise('text: "{{value \\"x\\"}}"').problems[0]?.message).toMatch(/no functions/)
    expect(raise('when: [{ varbind: nobody, equals: 1 }]').problems[0]?.message).toMatch(/no varbind nobody/)
    expect(raise('colour: red').problems[0]?.message).toMatch(/colour/)
    const fine = raise('when: [{ varbind: 1.3.6.1.4.1.99.9, gt: 4 }]')
    expect(fine.problems).toEqual([])
    expect(
      rulesOfDefinitions(
        'trap',
        fine.definitions.flatMap((d) => d.alarms),
      ).rules[0]?.rule,
    ).toMatchObject({
      id: 'trap-f-x',
      condition: { match: [{ trapOid: ['1.3.6.1.4.1.99.0.1', '1.3.6.1.4.1.99.1'], where: [{ above: 4 }] }] },
      text: 'x',
    })
  })

  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void readTrapFile('f.yaml', text)))
    fc.assert(fc.property(fc.json(), (text) => void readTrapFile('f.yaml', `traps: [${text}]`)))
  })
})

describe('the text of a trap', () => {
  const render = (text: string, values: Record<string, string>) => compileTrapText(text).render((name) => values[name])
  it('takes the first value there is, and what stands for none', () => {
    expect(render('{{first "a" "b"}}', { b: '2' })).toBe('2')
    expect(render('{{with value "a"}}A {{.}}{{else}}none{{end}}', {})).toBe('none')
    expect(render('{{with value "a"}}A {{.}} {{with raw "b"}}and {{.}}{{end}}{{end}}', { a: '1', 'raw.b': '2' })).toBe(
      'A 1 and 2',
    )
    expect(render('{{a}} {{raw.a}} {{index.a}}', { a: 'up', 'raw.a': '1', 'index.a': '3' })).toBe('up 1 3')
  })
  it.each([
    '{{range .}}x{{end}}',
    '{{with value "a"}}',
    '{{end}}',
    '{{call "x"}}',
    '{{if a}}b{{end}}',
    '{{template "x"}}',
  ])('refuses %s', (text) => expect(() => compileTrapText(text)).toThrow())
})
