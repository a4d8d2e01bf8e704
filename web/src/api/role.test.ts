// What the console offers to a role is what the collector lets it do.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { weaker } from '#collector/access/rights.ts'
import { POLICY } from '#collector/api/policy.ts'
import { ROLES } from '#shared/http/session.ts'
import { mayOpen, NAVIGATION } from '../app/navigation.ts'
import { GIVEN } from '../tokens/token-form.ts'

/** Routes for accounts with customers: as text, for its types are not those of a browser. */
const scopes = readFileSync(new URL('../../../collector/api/scope.ts', import.meta.url), 'utf8')

/** What a screen asks first. */
const ASKED: Readonly<Record<string, string>> = {
  ...{ '/history': 'alarms/history', '/maintenance': 'maintenance-windows', '/wallboards': 'kiosks' },
}

it.each(NAVIGATION.filter(({ to }) => to !== '/health'))('$to is offered to whom it is answered', (entry) => {
  const route = `GET /api/v1/${ASKED[entry.to] ?? entry.to.slice(1)}`
  expect([...(entry.roles ?? ROLES)].toSorted(), route).toEqual([...(POLICY[route] as string[])].toSorted())
  // administrators have no limits
  if (entry.roles?.join() !== 'admin') expect(scopes.includes(`'${route}':`), route).toBe(entry.whole !== true)
})

it('opens what is below a screen to whom it is offered, and leaves the rest to itself', () => {
  expect(mayOpen('/rules/link-down', 'viewer', true)).toBe(true)
  expect(mayOpen('/rules/link-down', 'customer', true)).toBe(false)
  expect(mayOpen('/rulesets', 'customer', true)).toBe(true)
  expect([mayOpen('/health', 'noc', true), mayOpen('/health', 'noc', false)]).toEqual([true, false])
  expect(mayOpen('/users', undefined, true)).toBe(false)
})

it('offers tokens of the roles that may be given', () => {
  for (const own of ROLES)
    expect([...GIVEN[own]].toSorted()).toEqual(ROLES.filter((role) => weaker(role, own) === role).toSorted())
})
