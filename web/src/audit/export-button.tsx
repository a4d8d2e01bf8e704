import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../api/clock.ts'
import { fullTime, grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { saveCsv } from '../ui/save-file.ts'
import { useSay } from '../ui/say.ts'
import { exportAudit } from './audit-export.ts'
import type { AuditFilter } from './audit-queries.ts'

/** Saves every entry that fits as CSV; says how many it has read, and ends when pressed again. */
export function ExportButton({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation()
  const say = useSay()
  const running = useRef<AbortController>(null)
  const [read, setRead] = useState<number | null>(null)

  async function run() {
    if (running.current !== null) return running.current.abort()
    const control = new AbortController()
    running.current = control
    setRead(0)
    try {
      const head = ['number', 'at', 'who', 'what', 'object', 'detail', 'hash']
      const { rows, isCut } = await exportAudit(filter, head, setRead, control.signal)
      saveCsv(`outrider-audit-${fullTime(clock.now()).slice(0, 10)}.csv`, rows)
      const n = grouped(rows.length - 1)
      say.done(t(isCut ? 'audit.exportedSome' : 'audit.exported', { n }))
    } catch (failure) {
      if (!control.signal.aborted) say.failure(failure)
    } finally {
      running.current = null
      setRead(null)
    }
  }

  return (
    <Button
      variant="default"
      leftSection={<Icon name={read === null ? 'sheet' : 'close'} size={13} />}
      onClick={() => void run()}
    >
      {read === null ? t('audit.export') : t('audit.exporting', { n: grouped(read) })}
    </Button>
  )
}
