import { describe, expect, it } from 'vitest'
import type { Role } from '#shared/http/session.ts'
import { areaOf, areasOf } from './role-areas.ts'

const route = (method: string, path: string, roles: readonly Role[]) => ({
  ...{ method, path: `/api/v1/${path}`, summary: '', roles: [...roles], limited: 'own' as const },
})

describe('what roles may do, by area', () => {
  it('knows what a route is about', () => {
    const areas = [
      'sites/:id',
      'sites/:id/config/devices',
      'sites/:id/links',
      'sites/:id/sweeps/:sweep',
      'unknown-traps',
      'x',
    ]
    expect(areas.map((path) => areaOf(`/api/v1/${path}`))).toEqual([
      ...['sites', 'site-config', 'topology', 'discovery', 'events', 'other'],
    ])
  })

  it('tells seeing from acting, and all from some', () => {
    const rows = areasOf([
      route('GET', 'rules', ['admin', 'noc', 'viewer']),
      route('GET', 'rules/:id/shadow', ['admin', 'noc']),
      route('POST', 'rules', ['admin']),
      route('POST', 'rules/preview', ['admin', 'noc']),
      route('DELETE', 'rules/:id', ['admin']),
      route('POST', 'rules/back-tests', ['admin', 'desk']),
    ])
    expect(rows).toHaveLength(1)
    expect(rows[0]?.levels).toMatchObject({
      admin: { may: 'act', some: false },
      desk: { may: 'act', some: true },
      noc: { may: 'see', some: false },
      viewer: { may: 'see', some: true },
      customer: { may: 'none' },
    })
  })
})
