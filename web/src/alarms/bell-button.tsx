// The bell in the head of every screen: rings, says when the browser keeps it silent, and opens what is set for it.
import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardPage } from '#shared/http/alarm-board.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { get } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { sessionQuery } from '../api/queries.ts'
import { useConsole } from '../app/console.ts'
import { deviceStore } from '../ui/device-store.ts'
import { Icon } from '../ui/icons.tsx'
import { useNow } from '../ui/time.tsx'
import { wallTime } from '../ui/zone.ts'
import { type AlarmBell, createAlarmBell } from './alarm-bell.ts'
import { type BellSettings, readSettings } from './bell-settings.ts'
import { createTones, type Tones } from './tones.ts'

const BellDialog = lazy(async () => ({ default: (await import('./bell-dialog.tsx')).BellDialog }))

export function BellButton() {
  const { t } = useTranslation()
  const { live } = useConsole()
  const navigate = useNavigate()
  const session = useQuery(sessionQuery).data
  const key = `outrider-bell:${session?.user ?? ''}`
  const [settings, setSettings] = useState<BellSettings>(() => readSettings(deviceStore.getItem(key), session?.role))
  const [tones] = useState<Tones>(() => createTones(() => new AudioContext()))
  const [open, setOpen] = useState(false)
  const blocked = useSyncExternalStore(tones.onChange, () => settings.sound && tones.isBlocked())
  const isMuted = settings.mutedUntil > useNow()
  const bell = useRef<AlarmBell>(undefined)
  const first = useRef(settings)

  useEffect(() => {
    const made = createAlarmBell({
      live,
      settings: first.current,
      now: clock.now,
      localTime: () => wallTime(clock.now()).slice(11, 16),
      play: tones.play,
      show: (rows) => showOnDesktop(rows, t('bell.arrived', { count: rows.length }), () => void navigate(wayTo(rows))),
      countCritical: async () => {
        const query = { view: 'new', severity: 'critical', numbers: true }
        return (await get<BoardPage>('/alarms/board', query)).total
      },
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer as number),
    })
    bell.current = made
    return made.stop
  }, [live, navigate, t, tones])

  // the first click or key anywhere is enough
  useEffect(() => {
    if (!blocked) return
    const unlock = () => void tones.unlock()
    addEventListener('pointerdown', unlock)
    addEventListener('keydown', unlock)
    return () => {
      removeEventListener('pointerdown', unlock)
      removeEventListener('keydown', unlock)
    }
  }, [blocked, tones])

  function change(next: BellSettings) {
    setSettings(next)
    first.current = next
    bell.current?.set(next)
    deviceStore.setItem(key, JSON.stringify(next))
  }

  const state = !settings.sound ? 'off' : isMuted ? 'muted' : 'on'
  return (
    <>
      {blocked ? (
        <Button size="compact-sm" variant="light" color="orange" onClick={() => void tones.unlock()}>
          {t('bell.blocked')}
        </Button>
      ) : null}
      <ActionIcon size="md" aria-label={t(`bell.${state}`)} title={t(`bell.${state}`)} onClick={() => setOpen(true)}>
        <Icon name={state === 'on' ? 'sound' : 'silent'} />
      </ActionIcon>
      <Suspense>
        {open ? (
          <BellDialog settings={settings} onChange={change} tones={tones} onClose={() => setOpen(false)} />
        ) : null}
      </Suspense>
    </>
  )
}

const wayTo = (rows: readonly AlarmRow[]) => ({
  to: '/alarms' as const,
  search: rows.length === 1 && rows[0] ? { alarm: rows[0].id } : { view: 'new' as const },
})

/** One notification for what came together; a click on it leads there. */
function showOnDesktop(rows: readonly AlarmRow[], title: string, go: () => void): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
  const lines = rows.slice(0, 4).map((row) => [row.siteName, row.deviceName, row.text].filter(Boolean).join(' · '))
  const shown = new Notification(title, { body: lines.join('\n'), tag: 'outrider-alarms' })
  shown.onclick = () => {
    window.focus()
    go()
    shown.close()
  }
}
