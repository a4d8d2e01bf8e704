// Many devices at once, pasted or from a file: first what would become of each row, then doing it.
import { Button, Group, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportResult } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { rowsOfCsv } from '../ui/csv.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { saveCsv } from '../ui/save-file.ts'
import { DEVICE_COLUMNS, type DeviceColumn, devicesFrom } from './device-table.ts'
import { ImportRows } from './import-rows.tsx'
import { importInParts } from './import-run.ts'
import { ImportSource, type Source, TEXT_SOURCE } from './import-source.tsx'
import type { SiteDevice } from './merged-devices.ts'
import { configPath } from './site-queries.ts'

/** As many devices as a site may have. */
const MAX_ROWS = 5000

/** `known`: devices of the site. */
export function ImportDialog(props: { site: string; known: readonly SiteDevice[]; onClose(): void }) {
  const { site, known, onClose } = props
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [source, setSource] = useState<Source>(TEXT_SOURCE)
  const labels = useColumnLabels()
  const table = useMemo(() => {
    const rows = 'text' in source ? rowsOfCsv(source.text) : (source.sheets[source.sheet]?.rows ?? [])
    const names = Object.fromEntries(DEVICE_COLUMNS.map((column) => [column, labels[column].names]))
    // the address of a device of the site's own file is no reason to change that device here
    const there = known.map((one) => ({ id: one.id, address: one.managed ? one.address : '' }))
    return devicesFrom(rows, names, there)
  }, [source, labels, known])
  const stop = useRef(new AbortController())
  const [progress, setProgress] = useState(0)
  const run = useMutation({
    mutationFn: (dryRun: boolean) => {
      stop.current = new AbortController()
      setProgress(0)
      return importInParts(
        table.devices,
        (devices) => send<ImportResult>('POST', `${configPath(site)}/devices/import`, { devices, dryRun }),
        { dryRun, signal: stop.current.signal, onProgress: setProgress },
      )
    },
    onSuccess: (_result, dryRun) => {
      if (!dryRun) void queries.invalidateQueries({ queryKey: ['site-config', site] })
    },
  })
  const done = run.isSuccess && run.variables === false
  const doing = run.isPending ? (run.variables ? 'check' : 'import') : null
  const good = run.data?.items.filter((item) => item.outcome !== 'refused').length ?? 0
  const isEmpty = 'text' in source && source.text.trim() === ''
  const problem = isEmpty
    ? null
    : !table.readable
      ? t('import.noAddress', { column: labels.address.label })
      : table.devices.length === 0
        ? t('import.noRows')
        : table.devices.length > MAX_ROWS
          ? t('import.tooMany', { count: table.devices.length, most: MAX_ROWS })
          : null
  const ready = problem === null && !isEmpty

  function change(next: Source) {
    setSource(next)
    run.reset()
  }

  return (
    <Dialog onClose={onClose} title={t('siteDevices.import')} size="xl" isKept={done} holds={doing === 'import'}>
      <div className={page.form}>
        {done ? (
          <p className={page.notice} data-tone={good === table.devices.length ? 'good' : 'warn'} role="status">
            <Icon name="check" />
            <span>
              {t('import.done', { good, all: table.devices.length })}{' '}
              {good === table.devices.length ? t('import.doneNext') : t('import.doneRefused')}
            </span>
          </p>
        ) : (
          <>
            <p className={page.hint}>
              {t('import.hint')}{' '}
              <code className="mono">{DEVICE_COLUMNS.map((column) => labels[column].label).join(', ')}</code>
            </p>
            <ImportSource source={source} problem={problem} count={table.devices.length} onChange={change} />
            {table.unknown.length === 0 || isEmpty ? null : (
              <p className={page.hint}>{t('import.unknown', { columns: table.unknown.slice(0, 20).join(', ') })}</p>
            )}
          </>
        )}
        {run.isPending && table.devices.length > 0 ? (
          <div className={page.line} role="status">
            <Progress
              value={(progress / table.devices.length) * 100}
              style={{ flex: 1 }}
              aria-label={t('import.progress', { done: progress, all: table.devices.length })}
            />
            <span className="num">{t('import.progress', { done: progress, all: table.devices.length })}</span>
            <Button size="compact-xs" variant="default" onClick={() => stop.current.abort()}>
              {t('import.stop')}
            </Button>
          </div>
        ) : null}
        {run.data && run.data.left > 0 ? (
          <p className={page.notice} data-tone="warn" role="status">
            <span>{t('import.left', { count: run.data.left })}</span>
          </p>
        ) : null}
        <FormProblem failure={run.error} />
        {run.data ? <ImportRows items={run.data.items} table={table} labels={labels} /> : null}
        <Group justify="space-between" gap="xs">
          {done ? (
            <span />
          ) : (
            <Button
              variant="subtle"
              leftSection={<Icon name="down" size={13} />}
              onClick={() => saveCsv(t('import.templateFile'), templateOf(labels))}
            >
              {t('import.template')}
            </Button>
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {t(done ? 'action.close' : 'action.cancel')}
            </Button>
            {done ? null : (
              <>
                <Button
                  variant={run.data ? 'default' : 'filled'}
                  disabled={!ready}
                  loading={doing === 'check'}
                  onClick={() => run.mutate(true)}
                >
                  {t('import.check')}
                </Button>
                {run.data && good > 0 ? (
                  <Button loading={doing === 'import'} onClick={() => run.mutate(false)}>
                    {t('import.do', { count: good })}
                  </Button>
                ) : null}
              </>
            )}
          </Group>
        </Group>
      </div>
    </Dialog>
  )
}

export type ColumnLabels = Readonly<Record<DeviceColumn, { readonly label: string; readonly names: readonly string[] }>>

/** A column's name for the reader first, then what else it is called. */
function useColumnLabels(): ColumnLabels {
  const { t } = useTranslation()
  return useMemo(() => {
    const entries = DEVICE_COLUMNS.map((column) => {
      const names = t(`importColumn.${column}`).split('|')
      return [column, { label: names[0] ?? column, names }] as const
    })
    return Object.fromEntries(entries) as Record<DeviceColumn, { label: string; names: string[] }>
  }, [t])
}

/** Addresses of RFC 5737, which nobody has. */
function templateOf(labels: ColumnLabels): string[][] {
  const examples: Readonly<Partial<Record<DeviceColumn, readonly [string, string]>>> = {
    name: ['Core switch', 'Web server'],
    address: ['192.0.2.1', '192.0.2.10'],
    credentials: ['core-v3', ''],
    tcp: ['', '443'],
    http: ['', 'https://192.0.2.10/'],
    parents: ['', 'core-switch'],
    tags: ['rack=A1; floor=2', ''],
    id: ['core-switch', 'web-server'],
  }
  return [
    DEVICE_COLUMNS.map((column) => labels[column].label),
    ...[0, 1].map((i) => DEVICE_COLUMNS.map((column) => examples[column]?.[i] ?? '')),
  ]
}
