import { expect, it } from 'vitest'
import { liveNames } from './live-names.ts'

it('knows customers that came, or got another name, while the collector runs', () => {
  let customers = [{ id: 'acme', name: 'Acme' }]
  const inventory = { customers: () => customers, device: () => undefined, site: () => undefined, devices: () => [] }
  const sources = { inventory, alarms: { active: () => [] }, incidents: { get: () => undefined } }
  const names = liveNames(
    sources,
    () => null,
    () => true,
  )
  expect(names.customer('acme')).toBe('Acme')
  customers = [
    { id: 'acme', name: 'Acme Ltd' },
    { id: 'beta', name: 'Beta' },
  ]
  expect([names.customer('acme'), names.customer('beta'), names.customer('none')]).toEqual([
    'Acme Ltd',
    'Beta',
    undefined,
  ])
})
