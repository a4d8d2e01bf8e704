// The picture in the page: fetched only when somebody looks at a site's topology.
import { useComputedColorScheme } from '@mantine/core'
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { deviceStore } from '../ui/device-store.ts'
import { mapMemory } from './map-memory.ts'
import type { SiteMap } from './map-model.ts'
import { placesOf, placesWith } from './map-places.ts'
import { createSitePicture, type SitePicture } from './site-picture.ts'
import css from './topology.module.css'

/** What the buttons and keys around the picture do. */
export interface MapHandle extends Pick<SitePicture, 'showAll' | 'zoomBy' | 'panBy' | 'toward'> {
  /** All anew, as if nobody had moved anything. */
  arrange(): void
}

export interface MapCanvasProps {
  readonly site: string
  readonly map: SiteMap
  readonly chosen: string | null
  readonly handle: RefObject<MapHandle | null>
  onChoose(id: string | null): void
}

export function MapCanvas({ site, map, chosen, handle, onChoose }: MapCanvasProps) {
  const holder = useRef<HTMLDivElement>(null)
  const picture = useRef<SitePicture>(null)
  const now = useRef({ map, onChoose })
  now.current = { map, onChoose }
  const scheme = useComputedColorScheme('light')

  useEffect(() => {
    if (!holder.current) return
    const memory = mapMemory(deviceStore)
    const made = createSitePicture({
      container: holder.current,
      portName: resourceName,
      onChoose: (id) => now.current.onChoose(id),
      onMoved: () => memory.write(site, made.places()),
    })
    picture.current = made
    const sized = new ResizeObserver(() => made.resized())
    sized.observe(holder.current)
    return () => {
      sized.disconnect()
      picture.current = null
      made.destroy()
    }
  }, [site])

  useEffect(() => {
    const made = picture.current
    if (made === null) return
    const memory = mapMemory(deviceStore)
    const places = placesWith(map, new Map([...memory.read(site), ...made.places()]))
    made.show(map, places)
    // where it stands now is where it stands next time, whatever is found meanwhile
    if (map.nodes.length > 0) memory.write(site, places)
    holder.current?.setAttribute('data-map', String(map.nodes.length))
  }, [site, map])

  useEffect(() => picture.current?.choose(chosen), [chosen])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is what it depends on
  useEffect(() => picture.current?.recolour(), [scheme])

  useImperativeHandle(
    handle,
    () => ({
      showAll: () => picture.current?.showAll(),
      zoomBy: (factor) => picture.current?.zoomBy(factor),
      panBy: (x, y) => picture.current?.panBy(x, y),
      toward: (direction) => picture.current?.toward(direction),
      arrange() {
        mapMemory(deviceStore).forget(site)
        picture.current?.move(placesOf(now.current.map))
      },
    }),
    [site],
  )
  return <div ref={holder} className={css.canvas} />
}
