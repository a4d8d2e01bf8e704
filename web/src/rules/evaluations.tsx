// The last times a rule was asked, what it saw and what decided.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleEvaluation } from '#shared/http/rules.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { shortYamlOf } from '../ui/yaml-text.ts'
import { evaluationsQuery } from './rule-queries.ts'

type Row = RuleEvaluation & { readonly id: string }
const TONES: Readonly<Record<string, Tone>> = { met: 'bad', 'not-met': 'good', between: 'warn' }

export function Evaluations({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(evaluationsQuery(id))
  const rows = useMemo(
    () => query.data?.items.map((row, i) => ({ ...row, id: `${row.at} ${row.subject} ${i}` })) ?? [],
    [query.data],
  )
  const columns = useMemo<readonly DataColumn<Row>[]>(
    () => [
      {
        id: 'at',
        label: t('evaluation.at'),
        width: 96,
        value: (row) => row.at,
        cell: (row) => <Time at={row.at} />,
      },
      { id: 'subject', label: t('evaluation.subject'), value: (row) => row.subject, cell: (row) => row.subject },
      {
        id: 'answer',
        label: t('preview.answer'),
        cell: (row) => (
          <State
            tone={TONES[row.answer] ?? 'plain'}
            shape="ring"
            word={t(`answer.${row.answer}`, { defaultValue: row.answer })}
          />
        ),
      },
      {
        id: 'gate',
        label: t('evaluation.gate'),
        wideOnly: true,
        cell: (row) => <span className="quiet">{row.gate}</span>,
      },
      {
        id: 'inputs',
        label: t('evaluation.inputs'),
        wideOnly: true,
        cell: (row) => <span className="mono">{shortYamlOf(row.inputs)}</span>,
      },
    ],
    [t],
  )
  return (
    <Panel title={t('rulePart.evaluations')}>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={<Empty icon="clock" title={t('evaluation.none')} small />}
        onOpen={undefined}
      />
    </Panel>
  )
}
