import { describe, expect, it } from 'vitest'
import { TEST_CODES, TEST_STEPS, type TestStep } from '#shared/domain/device-test.ts'
import { DEVICE_TEST_FAILURES, type DeviceTestRow } from '#shared/http/device-test.ts'
import { readLocale } from '../../locale-parts.ts'
import { detailOf, isGood, othersIn, wrongVersion } from './test-words.ts'

const step = (of: Partial<TestStep>): TestStep => ({
  ...{ n: 0, step: 'snmp', about: 'v2c', state: 'ok', code: 'ok', detail: '', tookMs: 1, facts: {}, values: [] },
  ...of,
})
const row = (of: Partial<DeviceTestRow>): DeviceTestRow => ({
  ...{
    id: 't',
    site: 'hq',
    agent: 'agent-hq-1',
    device: null,
    address: 'a',
    state: 'done',
    verdict: 'read',
    steps: [],
  },
  ...{ failure: null, requestedBy: 'a', requestedAt: 0, endedAt: 1 },
  ...of,
})

describe('what a test means', () => {
  it('is good where the chosen version is read, or the device answers and nobody asks for SNMP', () => {
    expect(isGood(row({ steps: [step({})] }))).toBe(true)
    expect(isGood(row({ verdict: 'answers', steps: [step({ step: 'ping' })] }))).toBe(true)
    expect(isGood(row({ verdict: 'answers', steps: [step({ state: 'failed', code: 'timeout' })] }))).toBe(false)
    expect(isGood(row({ verdict: 'silent', steps: [step({ step: 'ping' })] }))).toBe(false)
    expect(isGood(row({ state: 'failed', verdict: null }))).toBe(false)
    const other = [step({ state: 'failed', code: 'timeout' }), step({ n: 1, about: 'v1' })]
    expect(wrongVersion(other)).toBe('v1')
    expect(isGood(row({ steps: other }))).toBe(false)
  })

  it.each(['en', 'zh-CN'])('has words in %s for every step, every way it may end and every failure', (language) => {
    type Tree = { readonly [key: string]: Tree & string }
    const words = (readLocale(language) as Tree).deviceTest as Tree
    const told = words.told as Tree
    const silent = TEST_CODES.filter((code) => code !== 'running').filter(
      (code) => words.outcome?.[code] === undefined && !TEST_STEPS.some((one) => told[one]?.[code] !== undefined),
    )
    expect(silent).toEqual([])
    expect(TEST_STEPS.filter((one) => words.step?.[one] === undefined)).toEqual([])
    expect(DEVICE_TEST_FAILURES.filter((code) => words.verdict?.[code] === undefined)).toEqual([])
    // who fails is told what to do
    const next = words.next as Tree
    const failures = ['timeout', 'auth', 'refused', 'unusable'] as const
    expect(failures.filter((code) => !(next.snmp?.[code] ?? next.any?.[code]))).toEqual([])
  })
})

describe('what was said in English', () => {
  it('is left out where the words say it, and kept where it tells more', () => {
    expect(detailOf(step({ state: 'noted', code: 'refused', detail: 'ECONNREFUSED' }))).toBe('')
    expect(detailOf(step({ state: 'ok', detail: 'x' }))).toBe('')
    expect(detailOf(step({ state: 'failed', code: 'parse', detail: 'no ASN.1' }))).toBe('no ASN.1')
  })

  it('of other profiles that fit is told by its reason', () => {
    const text = 'a (sysObjectID 1.3.6 fits 1.3.*), b (named)'
    expect(othersIn(text, (why) => why.toUpperCase())).toBe('a (SYSOBJECTID 1.3.6 FITS 1.3.*), b (named)')
  })
})
