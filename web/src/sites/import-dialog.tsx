// Many devices at once, pasted or from a file: first what would become of each line, then doing it.
import { Button, FileButton, Group, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportResult } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { devicesFromText, TEXT_COLUMNS, type TextColumn } from './device-table-text.ts'
import { ImportRows } from './import-rows.tsx'
import { configPath } from './site-queries.ts'

/** As many as one request may bring. */
const MAX_ROWS = 1000
const EXAMPLE = 'name,address,credentials,tcp\nCore switch,192.0.2.1,core-v3,\nWeb server,192.0.2.10,,443'

export function ImportDialog({ site, onClose }: { site: string; onClose(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const labels = Object.fromEntries(TEXT_COLUMNS.map((column) => [column, t(`importColumn.${column}`)])) as Record<
    TextColumn,
    string
  >
  const table = devicesFromText(text, labels)
  const run = useMutation({
    mutationFn: (dryRun: boolean) =>
      send<ImportResult>('POST', `${configPath(site)}/devices/import`, { devices: table.devices, dryRun }),
    onSuccess: (_result, dryRun) => {
      if (!dryRun) void queries.invalidateQueries({ queryKey: ['site-config', site] })
    },
  })
  const done = run.isSuccess && run.variables === false
  const doing = run.isPending ? (run.variables ? 'check' : 'import') : null
  const good = run.data?.items.filter((item) => item.outcome !== 'refused').length ?? 0
  const problem =
    text.trim() === ''
      ? null
      : !table.readable
        ? t('import.noAddress')
        : table.devices.length === 0
          ? t('import.noRows')
          : table.devices.length > MAX_ROWS
            ? t('import.tooMany', { count: table.devices.length, most: MAX_ROWS })
            : null

  function change(next: string) {
    setText(next)
    run.reset()
  }

  return (
    <Dialog onClose={onClose} title={t('siteDevices.import')} size="xl">
      <div className={page.form}>
        {done ? (
          <p className={page.notice} data-tone={good === table.devices.length ? 'good' : 'warn'} role="status">
            <Icon name="check" />
            <span>{t('import.done', { good, all: table.devices.length })}</span>
          </p>
        ) : (
          <>
            <p className={page.hint}>
              {t('import.hint')} <code className="mono">{TEXT_COLUMNS.map((column) => labels[column]).join(', ')}</code>
            </p>
            <Textarea
              label={t('import.text')}
              placeholder={EXAMPLE}
              autosize
              minRows={6}
              maxRows={14}
              data-autofocus
              spellCheck={false}
              value={text}
              error={problem}
              onChange={(event) => change(event.currentTarget.value)}
              classNames={{ input: 'mono' }}
            />
            {table.unknown.length === 0 ? null : (
              <p className={page.hint}>{t('import.unknown', { columns: table.unknown.join(', ') })}</p>
            )}
          </>
        )}
        <FormProblem failure={run.error} />
        {run.data ? <ImportRows result={run.data} devices={table.devices} /> : null}
        <Group justify="space-between" gap="xs">
          {done ? <span /> : <FromFile onText={change} />}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {t(done ? 'action.close' : 'action.cancel')}
            </Button>
            {done ? null : (
              <>
                <Button
                  variant={run.data ? 'default' : 'filled'}
                  disabled={problem !== null || table.devices.length === 0}
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

function FromFile({ onText }: { onText(text: string): void }) {
  const { t } = useTranslation()
  return (
    <FileButton accept=".csv,.txt,.tsv,text/csv,text/plain" onChange={(file) => file && void textOf(file).then(onText)}>
      {(props) => (
        <Button variant="default" {...props}>
          {t('import.file')}
        </Button>
      )}
    </FileButton>
  )
}

/** Spreadsheets in China still save GB 18030. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
