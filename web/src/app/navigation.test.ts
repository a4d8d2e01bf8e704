import { describe, expect, it } from 'vitest'
import { ROLES } from '#shared/http/session.ts'
import { NAVIGATION, NAVIGATION_GROUPS, navigationFor } from './navigation.ts'

const paths = (role: Parameters<typeof navigationFor>[0]) =>
  navigationFor(role).flatMap((one) => one.entries.map((entry) => entry.to))

describe('the navigation', () => {
  it('names each screen once, with at most four in the bar of a phone', () => {
    const all = NAVIGATION.map((entry) => entry.to)
    expect(new Set(all).size).toBe(all.length)
    expect(NAVIGATION.filter((entry) => entry.phone).length).toBeLessThanOrEqual(4)
    const keys = NAVIGATION.flatMap((entry) => entry.key ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    // what is in the bar everybody may open
    expect(NAVIGATION.filter((entry) => entry.phone && entry.roles)).toEqual([])
  })

  it('shows an administrator everything and each other role less, never an empty group', () => {
    expect(paths('admin')).toHaveLength(NAVIGATION.length)
    for (const role of ROLES) {
      expect(paths(role).length).toBeGreaterThan(0)
      for (const one of navigationFor(role)) expect(one.entries.length).toBeGreaterThan(0)
      const groups = navigationFor(role).map((one) => NAVIGATION_GROUPS.indexOf(one.group))
      expect(groups).toEqual([...groups].sort((a, b) => a - b))
    }
    expect(paths('customer')).not.toContain('/rules')
    expect(paths('viewer')).not.toContain('/notifications')
    // until it is known who looks, only what everybody may see
    expect(paths(undefined)).toEqual(paths('customer'))
  })
})
