import { describe, expect, it } from 'vitest'
import { dependencies } from '#test/support/console-scenario/judgement-rows.ts'
import { plantLinks } from '#test/support/console-scenario/site-map.ts'
import { neighboursIn, siteMapOf, toneOf } from './map-model.ts'

describe('the picture of a site', () => {
  const map = siteMapOf(plantLinks(0), dependencies('plant-2'))
  const node = (id: string) => map.nodes.find((one) => one.id === id)

  it('has every device once, and what else is on the way', () => {
    expect(new Set(map.nodes.map(({ id }) => id)).size).toBe(map.nodes.length)
    expect(node('agent')).toMatchObject({ kind: 'agent', isDevice: false })
    expect(node('unwatched:carrier')).toMatchObject({ kind: 'unwatched' })
    expect(node('plant-2.line-sw-7')).toMatchObject({ kind: 'switch', verdict: 'cause', worst: 'critical' })
    expect(node('plant-2.cam-7')).toMatchObject({ kind: 'camera', verdict: 'symptom', worst: null, state: 'down' })
  })

  it('shows a way once that is known as link and as dependency, and that it is dead', () => {
    const between = (a: string, b: string) =>
      map.edges.filter((e) => [e.a, e.b].includes(`plant-2.${a}`) && [e.a, e.b].includes(`plant-2.${b}`))
    expect(between('core', 'line-sw-7')).toMatchObject([{ by: 'lldp', isDead: true }])
    expect(between('line-sw-7', 'line-sw-8')).toMatchObject([{ isStale: true, isDead: false }])
    expect(between('ups-line', 'line-sw-7')).toMatchObject([{ kind: 'power' }])
  })

  it('names who answers at the other end of a dead link as what cuts a device off, with the alarm of its port', () => {
    const links = plantLinks(0)
    const judged = dependencies('plant-2')
    const nodes = judged.nodes.map((one) =>
      one.id === 'plant-2.line-sw-7' ? { ...one, verdict: 'symptom' as const, causes: [], causeAlarm: 'a-port' } : one,
    )
    const cut = siteMapOf(links, { ...judged, nodes }).nodes.find(({ id }) => id === 'plant-2.line-sw-7')
    expect(cut).toMatchObject({ causes: ['plant-2.core'], causeAlarm: 'a-port' })
  })

  it('shows links alone where nothing is known of dependencies, and no edge to nowhere', () => {
    const links = plantLinks(0)
    const [first] = links.links
    if (!first) throw new Error('the plant has links')
    const odd = { ...links, links: [...links.links, { ...first, id: 'odd', a: 'plant-2.gone' }] }
    const alone = siteMapOf(odd, undefined)
    expect(alone.edges).toHaveLength(links.links.length)
    expect(alone.nodes).toHaveLength(links.nodes.length)
  })

  it('tells neighbours with the ports as seen from a node', () => {
    const found = neighboursIn(map, 'plant-2.core').find(({ other }) => other === 'plant-2.line-sw-7')
    expect(found).toMatchObject({ port: 'if:Gi0/1', otherPort: 'if:Gi0/48' })
  })

  it('colours by the worst alarm, else by the state', () => {
    expect(toneOf({ worst: 'minor', state: 'down' })).toBe('minor')
    expect(toneOf({ worst: null, state: 'down' })).toBe('down')
    expect(toneOf({ worst: null, state: 'up' })).toBe('well')
  })
})
