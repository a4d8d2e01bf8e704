// The session ended under an open screen: sign in over it, so that nothing typed is lost.
import { Modal } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { useConsole } from '../app/console.ts'
import page from '../ui/page.module.css'
import { SignInForm } from './sign-in-form.tsx'

export function SessionExpired() {
  const { t } = useTranslation()
  const { expired, live, alarms } = useConsole()
  const queries = useQueryClient()
  const session = useQuery({ ...sessionQuery, enabled: false })

  function done() {
    expired.set(false)
    live.stop()
    live.start()
    // a list somebody works on stays: rows that are selected, a dialog about all of it
    if (!alarms.snapshot().held) void alarms.reload()
    void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
  }

  return (
    <Modal opened onClose={() => {}} withCloseButton={false} title={t('signIn.expired')} size="sm" zIndex={1000}>
      <SignInForm {...(session.data ? { user: session.data.user } : {})} onDone={done} />
      <p className={page.hint} style={{ marginTop: 14 }}>
        <a href="/login">{t('signIn.other')}</a>
      </p>
    </Modal>
  )
}
