// A diagnostic's result as a person reads it: what was measured, in words and tables; never raw JSON.
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { PingResult } from '#shared/diagnostics/ping.ts'
import type { PollNowResult } from '#shared/diagnostics/poll-now.ts'
import type { SnmpGetResult } from '#shared/diagnostics/snmp-get.ts'
import type { SnmpTableResult } from '#shared/diagnostics/snmp-table.ts'
import type { TcpResult } from '#shared/diagnostics/tcp.ts'
import type { Evidence } from '#shared/domain/incident.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { Facts } from '../ui/panel.tsx'
import css from './evidence.module.css'
import { oidName, oidValue } from './oid-names.ts'

type EvidenceRow = z.infer<typeof Evidence>

export function EvidenceResult({ evidence }: { evidence: EvidenceRow }) {
  const { t } = useTranslation()
  if (evidence.state !== 'done')
    return evidence.error ? (
      <p className={css.error}>{evidence.error}</p>
    ) : (
      <p className="quiet">{t(`evidenceHint.${evidence.state}`)}</p>
    )
  switch (evidence.action) {
    case 'ping':
      return <Ping of={evidence.result as PingResult} />
    case 'tcp':
      return <Tcp of={evidence.result as TcpResult} />
    case 'snmp-get':
      return <SnmpGet of={evidence.result as SnmpGetResult} />
    case 'snmp-table':
      return <SnmpTable of={evidence.result as SnmpTableResult} />
    case 'poll-now':
      return <PollNow of={evidence.result as PollNowResult} />
    default:
      return <Plain of={evidence.result} />
  }
}

function Ping({ of }: { of: PingResult }) {
  const { t } = useTranslation()
  const tone: Tone = of.received === 0 ? 'bad' : of.lossPercent > 0 ? 'warn' : 'good'
  const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`
  return (
    <Table
      head={[
        t('result.loss'),
        t('result.sent'),
        t('result.received'),
        t('result.min'),
        t('result.avg'),
        t('result.max'),
        t('result.by'),
      ]}
    >
      <tr>
        <td>
          <State tone={tone} word={`${of.lossPercent.toFixed(of.lossPercent % 1 === 0 ? 0 : 1)} %`} />
        </td>
        <td>{of.sent}</td>
        <td>{of.received}</td>
        <td>{of.rttMs ? ms(of.rttMs.min) : '–'}</td>
        <td>{of.rttMs ? ms(of.rttMs.avg) : '–'}</td>
        <td>{of.rttMs ? ms(of.rttMs.max) : '–'}</td>
        <td>{of.by}</td>
      </tr>
    </Table>
  )
}

function Tcp({ of }: { of: TcpResult }) {
  const { t } = useTranslation()
  return (
    <Table head={[t('result.port'), t('result.state'), t('result.time'), t('result.detail')]}>
      <tr>
        <td>{of.port}</td>
        <td>
          <State tone={of.state === 'open' ? 'good' : 'bad'} word={t(`tcpState.${of.state}`)} />
        </td>
        <td>{Math.round(of.timeMs)} ms</td>
        <td>{of.detail ?? '–'}</td>
      </tr>
    </Table>
  )
}

function SnmpGet({ of }: { of: SnmpGetResult }) {
  const { t } = useTranslation()
  return (
    <Table head={[t('result.object'), t('result.value'), t('result.type')]}>
      {of.values.map((varbind) => (
        <tr key={varbind.oid}>
          <td title={varbind.oid} className="mono">
            {oidName(varbind.oid)}
          </td>
          <td className={css.value}>{oidValue(varbind.oid, varbind.value)}</td>
          <td className="quiet">{varbind.type}</td>
        </tr>
      ))}
    </Table>
  )
}

function SnmpTable({ of }: { of: SnmpTableResult }) {
  const { t } = useTranslation()
  return (
    <>
      <Table head={[t('result.index'), ...of.columns.map(oidName)]}>
        {of.rows.map((row) => (
          <tr key={row.index}>
            <td className="mono">{row.index}</td>
            {of.columns.map((column, i) => (
              <td key={column} className={css.value}>
                {oidValue(column, row.cells[i]?.value ?? null)}
              </td>
            ))}
          </tr>
        ))}
      </Table>
      {of.truncated ? (
        <p className="quiet">{t('result.truncated', { shown: of.rows.length, all: of.rowCount })}</p>
      ) : null}
    </>
  )
}

function PollNow({ of }: { of: PollNowResult }) {
  const { t } = useTranslation()
  return (
    <Table head={[t('result.check'), t('result.about'), t('result.outcome'), t('result.time'), t('result.detail')]}>
      {of.polls.map((poll) => (
        <tr key={`${poll.input} ${poll.resource}`}>
          <td>{poll.input}</td>
          <td>{poll.resource === '' ? t('result.wholeDevice') : poll.resource}</td>
          <td>
            <State tone={poll.outcome === 'ok' ? 'good' : 'bad'} word={t(`outcome.${poll.outcome}`)} />
          </td>
          <td>{Math.round(poll.durationMs)} ms</td>
          <td className={css.value}>{poll.detail ?? '–'}</td>
        </tr>
      ))}
    </Table>
  )
}

/** For actions newer than this console: pairs, and tables for lists of alike things. */
function Plain({ of }: { of: unknown }) {
  if (of === null || typeof of !== 'object') return <p>{String(of ?? '–')}</p>
  if (Array.isArray(of)) {
    const keys = [...new Set(of.flatMap((item) => (item && typeof item === 'object' ? Object.keys(item) : [])))]
    return (
      <Table head={keys}>
        {of.map((item, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stored result never changes its order
          <tr key={i}>
            {keys.map((key) => (
              <td key={key}>{text((item as Record<string, unknown>)[key])}</td>
            ))}
          </tr>
        ))}
      </Table>
    )
  }
  return (
    <Facts
      of={Object.entries(of).map(([key, value]) => [
        key,
        typeof value === 'object' ? <Plain key={key} of={value} /> : text(value),
      ])}
    />
  )
}

function text(value: unknown): string {
  return value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function Table({ head, children }: { head: readonly string[]; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.scroll} tabIndex={0} aria-label={head.join(', ')}>
      <table className={`${css.table} num`}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
