import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTrapFile } from '../definitions/trap-file.ts'
import { compileModule } from './compile.ts'
import { definitionText } from './definition-text.ts'
import { compileMibs } from './mibs.ts'
import { readMibFile } from './module.ts'

const ROOT = `ACME-ROOT-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM RFC1155-SMI;
acme OBJECT IDENTIFIER ::= { enterprises 99999 } -- our own
acmeProducts OBJECT IDENTIFIER ::= { acme products(1) 4 }
AcmeState ::= TEXTUAL-CONVENTION
  STATUS current
  DESCRIPTION "A state; may hold SYNTAX in its words"
  SYNTAX INTEGER { ok(1), failed(2) }
END
`
const DOORS = `ACME-DOOR-MIB DEFINITIONS ::= BEGIN
IMPORTS
  MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE FROM SNMPv2-SMI
  acmeProducts, AcmeState FROM ACME-ROOT-MIB
  ifIndex FROM IF-MIB;
acmeDoorMIB MODULE-IDENTITY
  LAST-UPDATED "202601010000Z" ORGANIZATION "Acme" CONTACT-INFO "x" DESCRIPTION "Doors ::= { not 1 }"
  ::= { acmeProducts 7 }
acmeDoorEvents OBJECT IDENTIFIER ::= { acmeDoorMIB 0 }
acmeDoorTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeDoorEntry MAX-ACCESS not-accessible STATUS current
  DESCRIPTION "x" ::= { acmeDoorMIB 1 }
acmeDoorEntry OBJECT-TYPE SYNTAX AcmeDoorEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x"
  INDEX { acmeDoorIndex } ::= { acmeDoorTable 1 }
AcmeDoorEntry ::= SEQUENCE { acmeDoorIndex INTEGER, acmeDoorState AcmeState }
acmeDoorState OBJECT-TYPE SYNTAX AcmeState MAX-ACCESS read-only STATUS current DESCRIPTION "x"
  ::= { acmeDoorEntry 2 }
acmeDoorLock OBJECT-TYPE SYNTAX INTEGER { locked(1), open(2), -- comment
  broken(-1) } MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { acmeDoorEntry 3 }
acmeDoorOpened NOTIFICATION-TYPE OBJECTS { acmeDoorState, acmeDoorLock, ifIndex } STATUS current
  DESCRIPTION "Somebody
     opened { a } door." ::= { acmeDoorEvents 3 }
END
`
const V1 = `ACME-OLD-MIB DEFINITIONS ::= BEGIN
IMPORTS TRAP-TYPE FROM RFC-1215 acme FROM ACME-ROOT-MIB snmp FROM RFC1213-MIB;
acmeOld OBJECT IDENTIFIER ::= { acme 9 }
fanFailed TRAP-TYPE ENTERPRISE acmeOld VARIABLES { fanName } DESCRIPTION "A fan failed" ::= 12
fanName OBJECT-TYPE SYNTAX OCTET STRING ACCESS read-only STATUS mandatory DESCRIPTION "x" ::= { acmeOld 1 }
started TRAP-TYPE ENTERPRISE snmp ::= 0
END
`

function compile(...texts: string[]) {
  const modules = texts.flatMap((text, n) => readMibFile(`file-${n}.mib`, text))
  return modules.map((module) => compileModule(module, (name) => modules.find((m) => m.name === name)))
}

describe('a MIB module', () => {
  it('gives traps with OIDs, names and labels by its imports', () => {
    const [, doors] = compile(ROOT, DOORS)
    expect(doors?.problems).toEqual([])
    expect(doors?.traps).toEqual([
      {
        oid: '1.3.6.1.4.1.99999.1.4.7.0.3',
        name: 'ACME-DOOR-MIB::acmeDoorOpened',
        line: 19,
        description: 'Somebody opened { a } door.',
        varbinds: ['acmeDoorState', 'acmeDoorLock', 'ifIndex'],
      },
    ])
    expect(Object.fromEntries(doors?.varbinds ?? [])).toEqual({
      acmeDoorState: { oid: '1.3.6.1.4.1.99999.1.4.7.1.1.2', labels: { 1: 'ok', 2: 'failed' } },
      acmeDoorLock: { oid: '1.3.6.1.4.1.99999.1.4.7.1.1.3', labels: { 1: 'locked', 2: 'open', '-1': 'broken' } },
      ifIndex: { oid: '1.3.6.1.2.1.2.2.1.1', labels: undefined },
    })
  })

  it('of version 1 has traps under enterprise.0, the generic ones where everybody has them', () => {
    const [, old] = compile(ROOT, V1)
    expect(old?.problems).toEqual([])
    expect(old?.traps.map((t) => t.oid)).toEqual(['1.3.6.1.4.1.99999.9.0.12', '1.3.6.1.6.3.1.1.5.1'])
    expect(old?.traps[0]?.varbinds).toEqual(['fanName'])
  })

  it('becomes a definition file that can be read as it is', () => {
    const [, doors] = compile(ROOT, DOORS)
    const file = readTrapFile('traps.d/mib-ACME-DOOR-MIB.yaml', definitionText(doors as never))
    expect(file.problems).toEqual([])
    expect(file.definitions).toMatchObject([
      { category: 'unknown', severity: 'notice', vendor: 'ACME-DOOR', alarms: [] },
    ])
    expect(file.varbinds.get('acmeDoorState')?.labels).toEqual({ 1: 'ok', 2: 'failed' })
  })

  it('says in plain words which file is missing, once, and what it left out for it', () => {
    const [doors] = compile(DOORS)
    expect(doors?.problems.map((p) => `${p.file}:${p.line} ${p.message}`)).toEqual([
      'file-0.mib:4 acmeProducts comes from ACME-ROOT-MIB, which is not here: put the file of ACME-ROOT-MIB beside it',
      'file-0.mib:19 acmeDoorOpened is left out: where acmeDoorEvents lies is not known',
    ])
    expect(doors?.traps).toEqual([])
  })

  it('that goes round in circles ends', () => {
    const a = `A-MIB DEFINITIONS ::= BEGIN IMPORTS b FROM B-MIB; a OBJECT IDENTIFIER ::= { b 1 }
      t NOTIFICATION-TYPE STATUS current DESCRIPTION "x" ::= { a 1 } self OBJECT IDENTIFIER ::= { self 1 }
      u NOTIFICATION-TYPE STATUS current DESCRIPTION "x" ::= { self 2 } END`
    const b = 'B-MIB DEFINITIONS ::= BEGIN IMPORTS a FROM A-MIB c FROM B-MIB; b OBJECT IDENTIFIER ::= { a 1 } END'
    const [one] = compile(a, b)
    expect(one?.traps).toEqual([])
    expect(one?.problems.map((p) => p.message)).toEqual([
      't is left out: where a lies is not known',
      'u is left out: where self lies is not known',
    ])
  })

  it('with a broken part keeps the rest', () => {
    const text = DOORS.replace('::= { acmeDoorMIB 1 }', '::= { acmeDoorMIB ??? }').replace(/END\s*$/, '')
    const [, doors] = compile(ROOT, text)
    expect(doors?.traps).toHaveLength(1)
    expect(doors?.problems.map((p) => p.message)).toContain('the OID of acmeDoorTable cannot be read')
    expect(doors?.problems.some((p) => p.message.includes('has no END'))).toBe(true)
  })

  it('is read or refused, whatever it holds', () => {
    const words = fc.constantFrom(
      ...[
        'A-MIB DEFINITIONS ::= BEGIN',
        'IMPORTS',
        'FROM',
        ';',
        '::=',
        '{',
        '}',
        '(',
        ')',
        '--',
        '"',
        'END',
        '1',
        '-1',
        'x',
      ],
      ...[
        'OBJECT IDENTIFIER',
        'OBJECT-TYPE',
        'SYNTAX',
        'TRAP-TYPE',
        'NOTIFICATION-TYPE',
        'TEXTUAL-CONVENTION',
        ',',
        '\n',
      ],
    )
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
        try {
          for (const module of readMibFile('x', parts.join(' '))) compileModule(module, () => undefined)
        } catch (error) {
          expect((error as Error).message).toMatch(/no MIB module/)
        }
      }),
    )
    expect(() => readMibFile('x', 'hello')).toThrow(/no MIB module/)
  })

  it('of many megabytes is read in time in proportion', () => {
    const hostile = `A-MIB DEFINITIONS ::= BEGIN ${'x { '.repeat(200_000)} ${'\n'.repeat(1_000_000)} ${'a'.repeat(1_000_000)}`
    // otherwise the test would not end
    expect(readMibFile('x', hostile)).toBeDefined()
  })
})

describe('mib compile', () => {
  const entry = join(import.meta.dirname, '..', 'main.ts')
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-mibs-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))
  const put = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  }

  it('compiles a folder in a thread; a bad file costs itself', async () => {
    const progress: string[] = []
    put({ 'root.mib': ROOT, 'doors.txt': DOORS, old: V1, 'readme.txt': 'MIBs of Acme', 'again.mib': ROOT })
    const compiled = await compileMibs(dir, { entry, onProgress: (done, of) => progress.push(`${done}/${of}`) })
    expect(compiled.modules.filter((m) => m.traps > 0).map((m) => [m.name, m.file, m.traps])).toEqual([
      ['ACME-DOOR-MIB', 'doors.txt', 1],
      ['ACME-OLD-MIB', 'old', 2],
    ])
    expect(compiled.problems).toEqual([
      { file: 'readme.txt', line: 1, message: 'no "NAME DEFINITIONS ::= BEGIN" in it: this is no MIB module' },
      { file: 'root.mib', line: 1, message: 'module ACME-ROOT-MIB is also in again.mib, which is taken' },
    ])
    expect(progress.at(-1)).toBe('4/4')
  })

  it('leaves out what is too large, takes too long or too much memory, and goes on', async () => {
    put({ 'a-huge.mib': `BIG-MIB DEFINITIONS ::= BEGIN ${'a '.repeat(900_000)} END`, 'root.mib': ROOT })
    const small = await compileMibs(dir, { entry, maxFileBytes: 1000 })
    expect(small.problems).toMatchObject(
      [{ file: 'a-huge.mib', message: /larger than 1000 bytes/ }].map((p) => ({ file: p.file })),
    )
    expect(small.modules.map((m) => m.name)).toEqual(['ACME-ROOT-MIB'])
    const tight = await compileMibs(dir, { entry, memoryMb: 48 })
    expect(tight.problems.map((p) => p.file)).toContain('a-huge.mib')
    expect(tight.problems[0]?.message).toMatch(/needs more than 48 MB|thread that read it ended/)
    expect(tight.modules.map((m) => m.name)).toEqual(['ACME-ROOT-MIB'])
    const hasty = await compileMibs(dir, { entry, fileMs: 1 })
    expect(hasty.problems[0]?.message).toMatch(/takes longer than/)
  })
})
