// One square per device, site by site. A square says what it means by a sign as well as by its colour.
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KioskDevice, KioskDevices } from '#shared/http/kiosk.ts'
import { duration } from '../ui/format.ts'
import css from './availability-map.module.css'
import { drawMap, type Square, squareOf } from './draw-map.ts'
import { deviceAt, layoutMap } from './map-layout.ts'
import { Quiet } from './quiet.tsx'
import { useSize } from './use-size.ts'

export interface MapProps {
  readonly data: KioskDevices
  /** Which of so many pages stands now. */
  pageOf(pages: number): number
  readonly now: number
}

const LEGEND: readonly Square[] = ['down', 'unknown', 'critical', 'major', 'minor', 'warning', 'indeterminate', 'up']

export function AvailabilityMap({ data, pageOf, now }: MapProps) {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height, rem } = useSize(box)
  const groups = useMemo(() => bySite(data), [data])
  const layout = useMemo(() => layoutMap(groups, width, height, Math.round(rem * 1.7)), [groups, width, height, rem])
  const page = pageOf(layout.pages.length)
  const [under, setUnder] = useState<{ readonly device: KioskDevice; readonly site: string } | null>(null)

  useEffect(() => {
    if (canvas.current) drawMap(canvas.current, { groups, layout, page, width, height })
  }, [groups, layout, page, width, height])

  const counts = useMemo(() => {
    const sums = new Map<Square, number>()
    for (const device of data.devices) sums.set(squareOf(device), (sums.get(squareOf(device)) ?? 0) + 1)
    return sums
  }, [data])

  return (
    <div className={css.map}>
      <div ref={box} className={css.box}>
        <canvas
          ref={canvas}
          className={css.canvas}
          role="img"
          aria-label={t('kiosk.mapLabel', { devices: data.devices.length, down: counts.get('down') ?? 0 })}
          onPointerMove={(event) => {
            const { left, top } = event.currentTarget.getBoundingClientRect()
            const hit = deviceAt(layout, page, event.clientX - left, event.clientY - top)
            const group = hit && groups[hit.group]
            const device = group?.devices[hit?.index ?? 0]
            setUnder(group && device ? { device, site: group.label } : null)
          }}
          onPointerLeave={() => setUnder(null)}
        />
        {data.devices.length === 0 ? <Quiet words={t('kiosk.noDevices')} stale /> : null}
      </div>
      <footer className={css.legend}>
        {under === null ? (
          LEGEND.map((square) => (
            <span key={square} className={css.kind}>
              <i className={css.square} data-square={square} data-severity={square} aria-hidden="true" />
              {t(`kiosk.square.${square}`)} <span className={`${css.number} num`}>{counts.get(square) ?? 0}</span>
            </span>
          ))
        ) : (
          <span className={css.kind}>
            <i
              className={css.square}
              data-square={squareOf(under.device)}
              data-severity={squareOf(under.device)}
              aria-hidden="true"
            />
            <span className={css.number}>{under.device[1]}</span> {under.site} · {t(`deviceState.${under.device[2]}`)}
            {under.device[3] === null ? '' : ` · ${duration(now - under.device[3])}`}
          </span>
        )}
      </footer>
    </div>
  )
}

function bySite({ sites, devices }: KioskDevices) {
  const several = new Set(sites.map((site) => site.customer)).size > 1
  const groups = sites.map((site) => ({
    label: several ? `${site.name} · ${site.customer}` : site.name,
    short: site.name,
    labelWidth: 0,
    devices: [] as KioskDevice[],
    count: 0,
  }))
  for (const device of devices) groups[device[0]]?.devices.push(device)
  for (const group of groups) {
    group.count = group.devices.length
    // Han characters are as wide as high, others about half
    group.labelWidth = [...group.label].reduce((sum, c) => sum + (c > '\u2e80' ? 0.6 : 0.34), 0.4)
  }
  return groups
}
