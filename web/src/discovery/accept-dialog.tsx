// Several proposals become devices, as suggested: first what would be made, then what became of each.
import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AcceptResult, ProposalRow } from '#shared/http/discovery.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { State } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import css from './discovery.module.css'
import { proposalsPath } from './discovery-queries.ts'
import { nameOf } from './proposal-columns.tsx'

export function AcceptDialog(props: { site: string; rows: readonly ProposalRow[]; onClose(): void }) {
  const { site, rows, onClose } = props
  const { t } = useTranslation()
  const said = useSaid()
  const accept = useAccept(site)
  const good = rows.filter((row) => row.blocked === null)
  const result = accept.data
  const accepted = result?.items.filter((item) => item.outcome === 'accepted').length ?? 0
  return (
    <Dialog onClose={onClose} title={t('proposals.acceptTitle')} size="lg">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          accept.mutate(good.map((row) => ({ proposal: row.id })))
        }}
      >
        {result === undefined ? (
          <p className={page.hint}>{t('proposals.acceptHint')}</p>
        ) : (
          <p className={page.notice} data-tone={accepted === rows.length ? 'good' : 'warn'} role="status">
            <Icon name="check" />
            <span>{t('proposals.accepted', { good: accepted, all: rows.length })}</span>
          </p>
        )}
        <ul className={css.result} data-accept={result === undefined ? 'asking' : 'done'}>
          {rows.map((row) => {
            const item = result?.items.find((one) => one.proposal === row.id)
            const problems = row.blocked === null ? (item?.problems.map((one) => one.message) ?? []) : [row.blocked]
            return (
              <li key={row.id}>
                <div className={page.line}>
                  {item || row.blocked !== null ? (
                    <State
                      tone={item?.outcome === 'accepted' ? 'good' : 'bad'}
                      shape={item?.outcome === 'accepted' ? 'dot' : 'ring'}
                      word={t(`acceptOutcome.${item?.outcome === 'accepted' ? 'accepted' : 'refused'}`)}
                    />
                  ) : null}
                  <b>{nameOf(row)}</b>
                  <span className="num quiet">{row.addresses[0]}</span>
                  <span className="mono quiet">{item?.device ?? row.suggestion.id}</span>
                  <span className="quiet">
                    {row.suggestion.credentials === null
                      ? t('proposals.withoutSnmp')
                      : `SNMP · ${row.suggestion.credentials}`}
                  </span>
                </div>
                {problems.map((problem) => (
                  <div key={problem} className={css.changed}>
                    {said(problem)}
                  </div>
                ))}
              </li>
            )
          })}
        </ul>
        <FormProblem failure={accept.error} />
        {result === undefined ? (
          <DialogButtons
            label={t('proposals.accept', { count: good.length })}
            busy={accept.isPending}
            disabled={good.length === 0}
            focused
            onClose={onClose}
          />
        ) : (
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('action.close')}</Button>
          </Group>
        )}
      </form>
    </Dialog>
  )
}

type Item = { readonly proposal: string } & Readonly<Record<string, unknown>>

/** Makes devices of proposals; lists that show either are read again. */
export function useAccept(site: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (items: readonly Item[]) => send<AcceptResult>('POST', `${proposalsPath(site)}/accept`, { items }),
    onSuccess: () => {
      for (const queryKey of [
        ['proposals', site],
        ['sweeps', site],
        ['site-config', site],
      ])
        void queries.invalidateQueries({ queryKey })
    },
  })
}
