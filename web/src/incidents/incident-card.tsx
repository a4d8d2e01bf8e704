import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type IncidentState, NEXT_STATES } from '#shared/domain/incident.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { Icon } from '../ui/icons.tsx'
import { IncidentStateMark, PriorityMark, Tag } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import css from './board.module.css'
import { ServiceClock } from './service-clock.tsx'

export interface IncidentCardProps {
  readonly row: IncidentRow
  readonly busy: boolean
  /** Undefined: may not be moved. */
  readonly onDrag: ((row: IncidentRow | undefined) => void) | undefined
  readonly onMove: ((row: IncidentRow, to: IncidentState) => void) | undefined
  /** Whether it comes from another column by the reader's hand. */
  readonly arrives: (id: string) => boolean
}

export function IncidentCard({ row, busy, onDrag, onMove, arrives }: IncidentCardProps) {
  const { t } = useTranslation()
  const isOpen = row.state !== 'resolved' && row.state !== 'closed'
  const card = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it comes
  useEffect(() => {
    if (arrives(row.id)) card.current?.querySelector('button')?.focus()
  }, [])
  return (
    <article
      ref={card}
      className={css.card}
      data-priority={row.priority}
      data-busy={busy}
      draggable={onDrag !== undefined}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move'
        event.dataTransfer.setData('text/plain', `#${row.number}`)
        onDrag?.(row)
      }}
      onDragEnd={() => onDrag?.(undefined)}
    >
      <div className={css.cardHead}>
        <PriorityMark priority={row.priority} />
        <span className="num quiet">#{row.number}</span>
        {onMove && NEXT_STATES[row.state].length > 0 ? (
          <MenuButton
            heading={t('incidents.moveTo')}
            target={
              <ActionIcon variant="subtle" size="sm" aria-label={t('incidents.move', { number: row.number })}>
                <Icon name="more" size={14} />
              </ActionIcon>
            }
            entries={NEXT_STATES[row.state].map((state) => ({
              key: state,
              label: <IncidentStateMark state={state} />,
              onSelect: () => onMove(row, state),
            }))}
          />
        ) : null}
      </div>
      <Link to="/incidents/$id" params={{ id: row.id }} className={css.cardTitle ?? ''} draggable={false}>
        {row.title}
      </Link>
      <div className={css.cardPlace}>
        {row.siteName}
        {row.deviceName === null ? '' : ` · ${row.deviceName}`}
      </div>
      {row.state === 'waiting' && row.waitingFor ? (
        <div>
          <Tag>{t(`waitingFor.${row.waitingFor}`)}</Tag>
        </div>
      ) : null}
      <div className={css.cardClock}>
        <ServiceClock of={row} inline />
      </div>
      <div className={css.cardFoot}>
        <span data-nobody={row.assignee === null && isOpen}>
          <Icon name="user" size={12} /> {row.assignee ?? t('incident.nobody')}
        </span>
        <span className="num" title={t('incident.tierOf', { tier: row.tier })}>
          {t('incident.tierMark', { tier: row.tier })}
        </span>
        <span className="num" title={t('column.openAlarms')}>
          <Icon name="alarms" size={12} /> {row.openAlarms}
        </span>
      </div>
    </article>
  )
}
