import { describe, expect, it, vi } from 'vitest'
import { wordProblems } from '#test/support/word-problems.ts'
import { addressOf } from './address.ts'
import { type Check, failure, good, RUN_WORDS, runChecks, type WordTable, warning } from './doctor.ts'
import { exitCodeOf, jsonOf, languageOf, linesOf, reporter, tell } from './report.ts'

const TABLE = {
  fine: good('{what} is fine', '{what} 正常'),
  hm: warning('hm', '嗯', 'look', '看看'),
  bad: failure('bad: {problem}', '坏：{problem}', 'mend it', '修复'),
} as const satisfies WordTable

const check = (name: string, run: Check<null>['run'], deadlineMs?: number): Check<null> =>
  deadlineMs === undefined ? { name, run } : { name, run, deadlineMs }

describe('checks', () => {
  it('run at once; one that hangs, ignores its signal or throws costs only itself', async () => {
    vi.useFakeTimers()
    try {
      const told: string[] = []
      const waiting: (readonly string[])[] = []
      let aborted = false
      const results = runChecks(
        [
          check(
            'hangs',
            (_c, signal) => {
              signal.addEventListener('abort', () => {
                aborted = true
              })
              return new Promise(() => undefined)
            },
            5_000,
          ),
          check('throws', async () => {
            throw new Error('no')
          }),
          check('throws at once', () => {
            throw new Error('at once')
          }),
          check('good', async () => [{ id: 'fine', params: { what: 'it' } }]),
        ],
        null,
        { onResult: (r) => told.push(r.check), onWaiting: (names) => waiting.push(names) },
      )
      await vi.advanceTimersByTimeAsync(5_000)
      const all = await results
      expect(all.map((r) => r.check)).toEqual(['hangs', 'throws', 'throws at once', 'good'])
      expect(all.map((r) => r.findings[0]?.id)).toEqual(['check-timed-out', 'check-broke', 'check-broke', 'fine'])
      expect(told.at(-1)).toBe('hangs')
      expect(waiting).toEqual([['hangs'], ['hangs']])
      expect(aborted).toBe(true)
      expect(exitCodeOf(all, TABLE)).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the report', () => {
  const result = (id: string, params = {}) => ({ check: 'disk', findings: [{ id, params }], ms: 1 })

  it('says what is, and what to do, in the language asked for', () => {
    expect(linesOf(result('bad', { problem: 'EIO' }), TABLE, 'en')).toEqual([
      'FAILED   disk         bad: EIO',
      expect.stringMatching(/^ +next: mend it$/),
    ])
    expect(linesOf(result('bad', { problem: 'EIO' }), TABLE, 'zh-CN').join()).toMatch(/失败.*坏：EIO.*下一步：修复/)
    expect(linesOf(result('fine', { what: 'x' }), TABLE, 'en')).toHaveLength(1)
  })

  it('takes foreign text as one bounded line, and tells what it has no words for as a failure', () => {
    const { text } = tell({ id: 'bad', params: { problem: `a\nFAILED\u001b[31m${'x'.repeat(5000)}` } }, TABLE, 'en')
    expect(text).not.toMatch(/\p{Cc}/u)
    expect(text.length).toBeLessThan(700)
    expect(tell({ id: 'unheard-of', params: { a: 1 } }, TABLE, 'en')).toMatchObject({ status: 'failed' })
    expect(tell({ id: 'fine' }, TABLE, 'en').text).toBe('? is fine')
  })

  it('ends with 1 for a failure only', () => {
    expect(exitCodeOf([result('fine'), result('hm')], TABLE)).toBe(0)
    expect(exitCodeOf([result('bad')], TABLE)).toBe(1)
  })

  it('is one document with --json and lines without', () => {
    for (const json of [true, false]) {
      const lines: string[] = []
      const report = reporter({
        ...{ program: 'p/1', table: TABLE, language: 'en', json },
        ...{ out: (line) => lines.push(line), progress: () => undefined },
      })
      report.onResult(result('hm'))
      report.end([result('hm')])
      if (json)
        expect(JSON.parse(lines.join('\n'))).toMatchObject({
          program: 'p/1',
          ok: true,
          checks: [{ id: 'hm', next: 'look' }],
        })
      else expect(lines.join('\n')).toMatch(/warning.*hm[\s\S]*0 failed, 1 to be looked at/)
    }
    expect(jsonOf('p/1', 0, [result('bad', { problem: 'x' })], TABLE, 'zh-CN')).toMatchObject({
      ok: false,
      checks: [{ check: 'disk', status: 'failed', text: '坏：x', next: '修复', params: { problem: 'x' } }],
    })
  })

  it.each([
    ['zh-CN', {}, 'zh-CN'],
    ['en', { LANG: 'zh_CN.UTF-8' }, 'en'],
    [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [undefined, { LANG: 'de_DE.UTF-8' }, 'en'],
    [undefined, { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
    [undefined, {}, 'en'],
  ])('language %s in %j is %s', (asked, env, language) => expect(languageOf(asked, env)).toBe(language))
})

describe('an address', () => {
  it.each([
    ['mqtts://broker.example', 'broker.example', 8883, true],
    ['mqtt://192.0.2.7:1884', '192.0.2.7', 1884, false],
    ['wss://[2001:db8::7]/mqtt', '2001:db8::7', 443, true],
    ['http://collector.example:8080/a', 'collector.example', 8080, false],
    ['https://hook.example/', 'hook.example', 443, true],
  ])('of %s', (url, host, port, secure) => expect(addressOf(url)).toEqual({ host, port, secure }))
})

describe('words', () => {
  it('of what every check can say are complete', () => expect(wordProblems(RUN_WORDS)).toEqual([]))
  it('that are not complete are found', () => {
    const table = {
      a: { status: 'failed', says: { en: 'x {a}', 'zh-CN': '甲' } },
      b: good('x', ''),
      c: good('some words', 'some words too'),
    } as const
    expect(wordProblems(table)).toHaveLength(4)
  })
})
