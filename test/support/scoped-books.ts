// Rules and maintenance windows of two customers, for tests of who sees what: `ours` of acme, `theirs-alone` of beta, and one of each
// that is for both.
import type { ApiDeps } from '#collector/api/deps.ts'
import type { WindowRow } from '#shared/http/maintenance.ts'
import type { RuleRow } from '#shared/http/rules.ts'

/** `calls` records what is done to windows. */
export function scopedBooks(calls: unknown[][]): Pick<ApiDeps, 'rules' | 'suppression'> {
  const windows = [
    windowOf('window-acme', 'ours', { customers: ['acme'] }),
    windowOf('window-beta', 'theirs-alone', { customers: ['beta'] }),
    windowOf('window-both', 'theirs-alone', { sites: ['acme-site', 'beta-site'] }),
  ]
  const rules = [
    ruleOf('rule-acme', 'ours', { sites: ['acme-site'] }),
    ruleOf('rule-beta', 'theirs-alone', { customers: ['beta'] }),
    { ...ruleOf('rule-both', 'everybody', {}), overrides: ['acme', 'beta'].map(overrideOf) },
  ]
  const done = async (...args: unknown[]) => {
    calls.push(args)
    return { ok: true as const, id: 'window-acme' }
  }
  const no = (): never => {
    throw new Error('not part of this test')
  }
  return {
    rules: {
      list: async () => rules,
      problems: () => [{ file: 'theirs-alone.yaml', line: 1, path: '', message: 'wrong' }],
      evaluations: async (id) =>
        rules.some((rule) => rule.id === id)
          ? ['acme', 'beta'].map((customer) => ({
              ...{ at: 1, subject: `${customer}-site.one if:1`, answer: 'met', gate: 'none' },
              inputs: { of: customer === 'acme' ? 'ours' : 'theirs-alone' },
            }))
          : undefined,
      preview: no,
    },
    suppression: {
      counts: () => ({ history: 0, shadow: 0, shelved: 0, maintenance: 2, probation: 0, cause: 0, inhibited: 0 }),
      windows: () => ({ items: windows, nextCursor: null }),
      window: (id) => windows.find((one) => one.id === id),
      workOn: () => ({
        items: ['window-acme', 'window-both'].map((window) => ({ window, title: window, start: 0, end: 1 })),
      }),
      addWindow: done,
      changeWindow: done,
      removeWindow: done,
      endWindow: done,
      extendWindow: done,
      previewWindow: () => ({ ok: false, code: 'bad-request', message: 'not part of this test' }),
      inhibitions: no,
      saveInhibition: no,
      removeInhibition: no,
    },
  }
}

/** A body that passes the form of windows. */
export const windowBody = (selector: object) => ({
  ...{ title: 'work', selector, behaviour: 'no-page', start: '2026-03-01T22:00', zone: 'UTC', durationMinutes: 60 },
})

const windowOf = (id: string, mark: string, selector: WindowRow['selector']): WindowRow => ({
  ...{ id, title: mark, note: mark, owner: mark, enabled: true, selector, behaviour: 'no-page', zone: 'UTC' },
  ...{ start: '2026-03-01T22:00', durationMinutes: 60, rrule: null, version: 1, createdBy: mark, createdAt: 1 },
  ...{ updatedBy: mark, updatedAt: 1, state: 'active', active: null, next: [], held: 2 },
})

const ruleOf = (id: string, mark: string, selector: object): RuleRow => ({
  ...{ id, origin: 'database', file: null, enabled: true, mode: 'live', readOnly: false, updatedAt: 1, version: '1' },
  ...{ replaces: null, overrides: [], failing: 3, rule: { id, title: mark, selector } },
})

const overrideOf = (customer: string) => ({
  ...{ origin: 'database' as const, file: null },
  override: { selector: { customers: [customer] }, severity: customer === 'acme' ? 'ours' : 'theirs-alone' },
})
