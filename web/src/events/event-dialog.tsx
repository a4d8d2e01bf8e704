// One event with all that came with it.
import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EventRow } from '#shared/http/records.ts'
import { Dialog } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { EventText, LevelMark, Source } from './event-marks.tsx'
import { type ShownVarbind, varbindsOf } from './event-words.ts'
import css from './events.module.css'

export function EventDialog({ row, onClose }: { row: EventRow; onClose(): void }) {
  const { t } = useTranslation()
  const { event, meaning } = row
  const mono = (text: string | undefined) => (text === undefined ? null : <span className="mono">{text}</span>)
  return (
    <Dialog onClose={onClose} title={t('events.one')} size="lg">
      <div className={page.form}>
        <p className={css.full}>
          <EventText row={row} />
        </p>
        <Facts
          flush
          of={[
            [t('events.range'), <Time key="t" at={row.at} site={row.site} full />],
            [t('events.received'), <Time key="r" at={row.receivedAt} site={row.site} full />],
            [t('column.device'), <Source key="d" row={row} />],
            [t('column.site'), row.siteName ?? row.site],
            [t('events.level'), <LevelMark key="l" row={row} />],
            ...(event.kind === 'trap'
              ? ([
                  ['OID', mono(event.trapOid)],
                  [t('events.vendor'), meaning?.vendor],
                  [t('events.category'), meaning === undefined ? null : t(`trapCategory.${meaning.category}`)],
                  [
                    t('events.version'),
                    [event.version, event.confirmed ? 'inform' : '', event.user].filter(Boolean).join(' · '),
                  ],
                ] as const)
              : []),
            ...(event.kind === 'log'
              ? ([
                  [t('events.format'), [event.format, event.transport].join(' · ')],
                  [t('events.host'), event.host],
                  [t('events.app'), event.app],
                  [t('events.mnemonic'), mono(event.mnemonic)],
                  [
                    t('events.deviceTime'),
                    event.deviceTime === undefined ? null : <Time key="x" at={event.deviceTime} site={row.site} full />,
                  ],
                ] as const)
              : []),
            [t('column.agent'), row.agent],
          ]}
        />
        {event.kind === 'trap' ? <Varbinds of={varbindsOf(event, meaning)} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('action.close')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}

/** What a trap carries, named where it is known. */
export function Varbinds({ of }: { of: readonly ShownVarbind[] }) {
  const { t } = useTranslation()
  if (of.length === 0) return <p className="quiet">{t('events.noVarbinds')}</p>
  return (
    <ul className={css.varbinds} aria-label={t('events.varbinds')}>
      {of.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trap may carry an OID twice, and its list never changes
        <li key={i}>
          <span className={css.varbindName} title={`${one.oid} ${one.type}`}>
            {one.name}
          </span>
          <span className={css.varbindValue}>{one.value}</span>
        </li>
      ))}
    </ul>
  )
}
