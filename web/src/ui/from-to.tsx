// A time between two others, in the reader's zone: shown on a button, entered below it.
import { Button, Popover, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fullTime } from './format.ts'
import { Icon } from './icons.tsx'
import page from './page.module.css'
import { useNow } from './time.tsx'
import { instantOf, readerZone, wallTime } from './zone.ts'

/** Nobody means less than a minute, ms. */
const LEAST_MS = 60_000

export interface FromToProps {
  /** ms; both or none. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** What is in the fields at first where nothing was entered: so long until now, ms. */
  readonly usual: number
  onChange(change: { from: number; to: number }): void
}

export function FromTo({ from, to, usual, onChange }: FromToProps) {
  const { t } = useTranslation()
  const now = useNow()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState<readonly [string, string]>(['', ''])
  const stands = from !== undefined && to !== undefined
  const [first, last] = typed.map((text) => instantOf(text)) as [number, number]
  const wrong = !(last - first >= LEAST_MS)
  const show = (value: boolean) => {
    if (value) {
      const [begin, end] = stands ? [from, to] : [now - usual, now]
      setTyped([wallTime(begin).slice(0, 16), wallTime(end).slice(0, 16)])
    }
    setOpen(value)
  }
  return (
    <Popover opened={open} onChange={show} position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant={stands ? 'light' : 'default'}
          leftSection={<Icon name="clock" size={12} />}
          aria-expanded={open}
          onClick={() => show(!open)}
        >
          <span className="num">{stands ? spanText(from, to) : t('fromTo.choose')}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={page.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (wrong) return
            onChange({ from: first, to: last })
            setOpen(false)
          }}
        >
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('fromTo.from')}
            value={typed[0]}
            data-autofocus
            onChange={(event) => setTyped([event.currentTarget.value, typed[1]])}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('fromTo.to')}
            value={typed[1]}
            error={wrong ? t('fromTo.wrong') : undefined}
            onChange={(event) => setTyped([typed[0], event.currentTarget.value])}
          />
          <span className="quiet">{t('fromTo.zone', { zone: readerZone() })}</span>
          <Button type="submit" size="xs" disabled={wrong}>
            {t('fromTo.show')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}

/** `11-21 10:04 – 12:30`: the date once where it is one. */
function spanText(from: number, to: number): string {
  const [a, b] = [fullTime(from).slice(5, 16), fullTime(to).slice(5, 16)]
  return a.slice(0, 5) === b.slice(0, 5) ? `${a} – ${b.slice(6)}` : `${a} – ${b}`
}
