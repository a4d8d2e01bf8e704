import type { Place } from './map-places.ts'

/** Of what lies that way the nearest, straight ahead before aside. */
export function nearest(
  nodes: readonly (Place & { readonly id: string })[],
  from: Place,
  direction: 'up' | 'down' | 'left' | 'right',
  except: string | null,
): string | undefined {
  const [dx, dy] = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] }[direction] as [number, number]
  let best: { readonly id: string; readonly far: number } | undefined
  for (const { id, x, y } of nodes) {
    if (id === except) continue
    const ahead = (x - from.x) * dx + (y - from.y) * dy
    const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx)
    if (ahead <= 0 || aside > ahead * 2.5) continue
    const far = ahead + aside * 1.6
    if (best === undefined || far < best.far) best = { id, far }
  }
  return best?.id
}
