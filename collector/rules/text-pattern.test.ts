import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandGrok } from './grok.ts'
import { GROK_LIBRARY } from './grok-library.ts'
import { compileTextPattern, problemOfPattern } from './text-pattern.ts'

describe('Grok', () => {
  it('finds parts by name, numbers as numbers', () => {
    const p = compileTextPattern('peer %{IP:peer} went %{WORD:state} after %{INT:age:int} s, load %{NUMBER:load:float}')
    expect(p.find('x peer 192.0.2.1 went down after 0042 s, load 07.50 %')).toEqual({
      peer: '192.0.2.1',
      state: 'down',
      age: '42',
      load: '7.5',
    })
    expect(p.find('peer nobody went down')).toBeUndefined()
  })

  it('may use a name again in alternatives; the part that matched counts', () => {
    const p = compileTextPattern('(?:port %{INT:port} is up|up: port %{INT:port})')
    expect([p.find('port 7 is up'), p.find('up: port 8')]).toEqual([{ port: '7' }, { port: '8' }])
  })

  it('takes patterns of the author first', () => {
    const own = { SLOT: 'slot-%{INT}', INT: '[0-9]' }
    expect(compileTextPattern('^%{SLOT:slot}', own).find('slot-12')).toEqual({ slot: 'slot-1' })
  })

  it.each([
    ['%{INTERFCE:x}', 'there is no pattern INTERFCE; did you mean INTERFACE?'],
    ['%{constructor}', 'there is no pattern constructor'],
    ['%{LOOP}', 'pattern LOOP leads back to itself: LOOP > POOL > LOOP'],
    ['%{INT:a-b}', 'part "a-b" must be letters'],
    ['%{INT:a:date}', 'type "date" of a part is not known: int or float'],
    ['%{INT', '%{INT is not of the form'],
    ['%{}', '%{} is not of the form'],
    ['%{B9}', 'written out, the pattern is longer than 16384'],
    ['%{D1}', 'leads deeper than 12'],
    ['(?=x)y', 'lookahead (?=...) is not there: write what must follow'],
    ['a(?!b)', 'negative lookahead (?!...) is not there: name what must not occur in `without`'],
    ['(?<=a)b', 'lookbehind'],
    ['(?<!a)b', 'negative lookbehind'],
    ['(?>a)', 'write (?:...)'],
    ['a++', 'possessive'],
    ['(a)\\1', 'references to earlier groups'],
    ['a\\Z', 'write $'],
    ['(', 'not a regular expression of RE2 syntax: missing closing )'],
    ['[a', 'missing closing ]'],
    ['(a?){200}a{200}$', 'the pattern is too large'],
    ['a{1001}', 'invalid repeat count'],
  ])('%s: %s', (pattern, problem) => {
    const own: Record<string, string> = { LOOP: '%{POOL}', POOL: 'x%{LOOP}', B0: 'x'.repeat(60) }
    for (let n = 1; n < 10; n++) own[`B${n}`] = `%{B${n - 1}}%{B${n - 1}}`
    for (let n = 1; n < 20; n++) own[`D${n}`] = `%{D${n + 1}}`
    own.D20 = 'x'
    expect(problemOfPattern(pattern, own)).toContain(problem)
  })

  it('leaves alone what only looks like it', () => {
    for (const pattern of ['[(?=]', '\\(\\?=', '[[:alpha:]%]+', '[]a+]+', '(?P<a>x)[(?<a>]', '%%01', '\\++', '\\\\1'])
      expect(problemOfPattern(pattern), pattern).toBeUndefined()
  })

  it.each(Object.keys(GROK_LIBRARY))('%s compiles, small enough to be used several times', (name) => {
    expect(problemOfPattern(`%{${name}:a} %{${name}:b}`)).toBeUndefined()
  })

  it.each([
    ['IP', '192.0.2.1', 'fe80::1%eth0', '2001:db8::5', '::1'],
    ['MAC', '00:1b:44:11:3a:b7', '001b.4411.3ab7', '001b-4411-3ab7', '00-1B-44-11-3A-B7'],
    ['INTERFACE', 'GigabitEthernet0/0/1', 'GigabitEthernet 0/1', 'xe-0/0/1.0', '10GE1/0/1', 'Eth-Trunk7', 'enp3s0f1'],
    ['INTERFACE', 'Ten-GigabitEthernet1/0/1', 'port-channel10', 'irb.100', 'vmnic1', 'Vlanif100', 'lag 10'],
    ['SYSLOGTIMESTAMP', 'Nov 22 03:00:00', 'Nov  2 03:00:00'],
    ['TIMESTAMP_ISO8601', '2026-11-22T03:00:00.123+08:00', '2026-11-22 03:00:00Z', '2026-11-22 03:00'],
    ['QUOTEDSTRING', '"a \\" b"', "'x y'"],
    ['URI', 'https://192.0.2.1:8443/a?b=c#d'],
    ['PATH', '/var/log/messages', 'C:\\Windows\\System32', '\\\\server\\share'],
    ['NUMBER', '-12.5', '0', '.5'],
    ['HOSTNAME', 'sw-1.example.net', '7k-core'],
    ['CISCOTAG', 'LINK-3-UPDOWN', 'IP-DUPADDR-4-X_1'],
    ['UUID', '123e4567-e89b-12d3-a456-426614174000'],
    ['LOGLEVEL', 'ERROR', 'warn', 'Informational'],
    ['EMAILADDRESS', 'noc@example.net'],
  ])('%s is all of %s', (name, ...texts) => {
    const pattern = compileTextPattern(`^%{${name}:it}$`)
    for (const text of texts) expect(pattern.find(text), text).toEqual({ it: text })
  })

  it.each([
    ['IPV4', '1.2.3', 'a.b.c.d'],
    ['MAC', '00:1b:44:11:3a', '001b.4411', 'zz:zz:zz:zz:zz:zz'],
    ['INT', '', 'x', '1.5'],
    ['OID', '1', '1.'],
    ['TIME', '25:00:00', '03:60:00'],
    ['UUID', '123e4567'],
  ])('%s is not %s', (name, ...texts) => {
    const pattern = compileTextPattern(`^%{${name}}$`)
    for (const text of texts) expect(pattern.test(text), text).toBe(false)
  })
})

describe('any pattern', () => {
  const piece = fc.oneof(
    fc.constantFrom(...Object.keys(GROK_LIBRARY).map((name) => `%{${name}:${name.toLowerCase()}}`)),
    fc.constantFrom('%{', '}', '%{X:', '(', ')', '(?:', '(?P<a>', '(?<a>', '[', ']', '[^]', '+', '*', '{2}', '\\', '|'),
    fc.string({ maxLength: 6 }),
  )
  const source = fc.array(piece, { maxLength: 8 }).map((all) => all.join(''))

  it('compiles or says why, and never finds what test does not', () => {
    fc.assert(
      fc.property(source, fc.string({ maxLength: 60 }), (pattern, text) => {
        const problem = problemOfPattern(pattern)
        if (problem !== undefined) {
          expect(problem.length).toBeGreaterThan(5)
          return
        }
        const compiled = compileTextPattern(pattern)
        expect(compiled.find(text) !== undefined).toBe(compiled.test(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('of library names expands to something without a reference, the same every time', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(GROK_LIBRARY)), { minLength: 1, maxLength: 6 }), (names) => {
        const pattern = names.map((name, i) => `%{${name}:p${i}}`).join(' ')
        const { pattern: out } = expandGrok(pattern)
        expect(out).not.toContain('%{')
        expect(expandGrok(out).pattern).toBe(out)
        expect(expandGrok(pattern).pattern).toBe(out)
      }),
    )
  })

  it('takes apart what it put together', () => {
    const words = fc.stringMatching(/^[a-z]{1,8}$/)
    const port = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(99)).map(([a, b, c]) => `GigabitEthernet${a}/${b}/${c}`)
    const line = compileTextPattern('^%{WORD:who} on %{INTERFACE:interface}: %{IP:ip} %{INT:n:int} "%{DATA:text}"$')
    fc.assert(
      fc.property(words, port, fc.ipV4(), fc.integer(), fc.stringMatching(/^[a-z ]{0,20}$/), (who, at, ip, n, text) => {
        expect(line.find(`${who} on ${at}: ${ip} ${n} "${text}"`)).toEqual({
          ...{ who, interface: at, ip, n: String(n), text },
        })
      }),
    )
  })
})

it('takes what is quoted as it is written', () => {
  const quoted = compileTextPattern('\\Q(?P<word>a)(?=\\E(?P<rest>.*)')
  expect(quoted.find('x (?P<word>a)(?= y')).toEqual({ rest: ' y' })
  expect(compileTextPattern('|\\Q%{WORD:word}').find('anything')).toEqual({})
})

describe('what stands in brackets', () => {
  it.each([
    ['[](?=]', ']'],
    ['[^](?=]', 'a'],
    ['[a\\](?=]', '('],
    ['[[:alpha:](?=]', '='],
    ['[[:digit:]\\]](?P<rest>x)', ']x'],
    ['[(?<a>]', '<'],
    ['x[[]y', 'x[y'],
  ])('%s is no question of its own', (pattern, text) => {
    expect(problemOfPattern(pattern)).toBeUndefined()
    expect(compileTextPattern(pattern).test(text)).toBe(true)
  })

  it('ends where it ends: what follows is read again', () => {
    expect(problemOfPattern('[a](?=b)')).toContain('lookahead')
    expect(problemOfPattern('[]](?=b)')).toContain('lookahead')
    expect(problemOfPattern('[^]](?=b)')).toContain('lookahead')
    expect(problemOfPattern('[[:alpha:]](?=b)')).toContain('lookahead')
    expect(problemOfPattern('[\\]](?=b)')).toContain('lookahead')
    expect(compileTextPattern('[ab](?P<n>\\d)[cd](?P<m>.)').find('a1cz')).toEqual({ n: '1', m: 'z' })
    expect(compileTextPattern('(?P<n>\\d)|x(?P<n>\\d)').find('x7')).toEqual({ n: '7' })
    expect(compileTextPattern('(?<n>a)?b').find('b')).toEqual({ n: '' })
    expect(compileTextPattern('b').find('abc')).toEqual({})
    expect(compileTextPattern('b').find('x')).toBeUndefined()
  })
})
