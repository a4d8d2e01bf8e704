// Checks every hash from the first entry to the last, at the collector, and says how far it is.
import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { State } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import css from './audit.module.css'
import { progressQuery, verifyAudit } from './audit-queries.ts'

export function VerifyChain() {
  const { t } = useTranslation()
  const verify = useMutation({ mutationFn: verifyAudit })
  const { data } = verify
  const isOpen = verify.status !== 'idle'
  return (
    <>
      <Button variant="default" leftSection={<Icon name="check" size={13} />} onClick={() => verify.mutate()}>
        {t('audit.verify')}
      </Button>
      {isOpen ? (
        <Dialog onClose={verify.reset} title={t('audit.verify')} size="md">
          <div className={page.form} data-verified={data?.ok} aria-live="polite">
            <p className={page.hint}>{t('audit.verifyHint')}</p>
            {verify.isPending ? <Progress /> : null}
            <FormProblem failure={verify.error} />
            {data === undefined ? null : (
              <>
                <State
                  tone={data.ok ? 'good' : 'bad'}
                  word={
                    data.ok
                      ? t('audit.whole', { count: data.entries, n: grouped(data.entries) })
                      : t('audit.broken', { number: data.brokenAt ?? 0 })
                  }
                />
                <Facts
                  flush
                  of={[
                    [t('audit.problem'), problemWords(data.problem)],
                    [
                      t('audit.head'),
                      <span key="head" className={`mono ${css.hash}`}>
                        {data.head}
                      </span>,
                    ],
                  ]}
                />
                <p className={page.hint}>{t(data.ok ? 'audit.wholeNext' : 'audit.brokenNext')}</p>
              </>
            )}
            <div className={page.buttons}>
              <Button variant="default" data-autofocus onClick={verify.reset}>
                {t('action.close')}
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </>
  )

  /** As the collector says them; a problem that is not known is shown as it came. */
  function problemWords(problem: string | null): string | null {
    if (problem === null) return null
    if (/is missing$/.test(problem))
      return t(/end of the log/.test(problem) ? 'audit.wrong.end' : 'audit.wrong.missing')
    if (/does not follow/.test(problem)) return t('audit.wrong.order')
    return /does not match/.test(problem) ? t('audit.wrong.content') : problem
  }
}

function Progress() {
  const { t } = useTranslation()
  const { checked = 0, entries = 0 } = useQuery(progressQuery(true)).data ?? {}
  return (
    <div>
      <progress className={css.progress} aria-label={t('audit.verify')} value={checked} max={Math.max(entries, 1)} />
      <div className="quiet num">{t('audit.checked', { n: grouped(checked), all: grouped(entries) })}</div>
    </div>
  )
}
