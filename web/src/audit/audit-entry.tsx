// One entry: what was before, what is after, and where it stands in the chain.
import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AuditRow } from '#shared/http/administration.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import css from './audit.module.css'
import { Actor, Subject } from './audit-names.tsx'
import { entryBeforeQuery } from './audit-queries.ts'
import type { AuditSearch } from './audit-search.ts'
import { useAuditWords } from './audit-words.ts'
import { type Line, linesOf } from './readable.ts'

export interface AuditEntryProps {
  readonly row: AuditRow
  onClose(): void
  onFilter(change: AuditSearch): void
}

export function AuditEntry({ row, onClose, onFilter }: AuditEntryProps) {
  const { t } = useTranslation()
  const words = useAuditWords()
  const earlier = useQuery(entryBeforeQuery(row))
  const isAlone = Object.keys(row.detail).length === 0
  const lines = linesOf(row.detail, earlier.data?.detail)
  return (
    <Dialog onClose={onClose} title={words.action(row.action)} size="lg">
      <div className={page.form} data-audit-entry>
        <Facts
          flush
          of={[
            [t('audit.at'), <Time key="at" at={row.at} full />],
            [t('audit.who'), <Actor key="who" name={row.actor} />],
            [
              t('audit.what'),
              <span key="what" className="mono">
                {row.action}
              </span>,
            ],
            [t('audit.object'), <Subject key="object" subject={row.subject} />],
          ]}
        />
        {isAlone ? null : earlier.isPending ? (
          <SkeletonRows count={3} />
        ) : (
          <>
            {lines.length === 0 ? <p className={page.hint}>{t('audit.same')}</p> : <Changes lines={lines} />}
            {earlier.data != null && lines.some((line) => line.kind !== 'fact') ? (
              <p className={page.hint}>
                {t('audit.comparedWith', { number: earlier.data.id, who: earlier.data.actor })}
              </p>
            ) : null}
          </>
        )}
        <details>
          <summary>{t('audit.chain')}</summary>
          <Facts
            flush
            of={[
              [
                t('audit.number'),
                <span key="n" className="num">
                  {row.id}
                </span>,
              ],
              [
                t('audit.hash'),
                <span key="h" className={`mono ${css.hash}`}>
                  {row.hash}
                </span>,
              ],
            ]}
          />
        </details>
        <Group justify="space-between" gap="xs">
          <div className={page.buttons}>
            <Button variant="default" size="compact-xs" onClick={() => onFilter({ subject: row.subject })}>
              {t('audit.allOfObject')}
            </Button>
            <Button variant="default" size="compact-xs" onClick={() => onFilter({ actor: row.actor })}>
              {t('audit.allOfActor')}
            </Button>
          </div>
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('action.close')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}

function Changes({ lines }: { lines: readonly Line[] }) {
  const { t } = useTranslation()
  const words = useAuditWords()
  const hasBefore = lines.some((line) => line.before !== undefined)
  return (
    <table className={css.changes}>
      <thead>
        <tr>
          <th scope="col">{t('audit.value')}</th>
          {hasBefore ? <th scope="col">{t('audit.before')}</th> : null}
          <th scope="col">{t(hasBefore ? 'audit.after' : 'audit.is')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.path} ${line.kind}`} data-kind={line.kind}>
            <th scope="row">{words.value(line.path)}</th>
            {hasBefore ? (
              <td>
                {line.before === undefined ? (
                  <span className="quiet">–</span>
                ) : (
                  <del>{words.text(line.path, line.before)}</del>
                )}
              </td>
            ) : null}
            <td>
              {line.after === undefined ? (
                <span className="quiet">{t('audit.gone')}</span>
              ) : line.kind === 'fact' ? (
                words.text(line.path, line.after)
              ) : (
                <ins>{words.text(line.path, line.after)}</ins>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
