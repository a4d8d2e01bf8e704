// Yes or no to an agent that asks to join: the fingerprint first, because it alone proves who asks.
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AgentId } from '#shared/domain/identity.ts'
import type { EnrolmentDecision, EnrolmentRow } from '#shared/http/enrolment.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { Fingerprint } from '../ui/fingerprint.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'

export interface DecisionDialogProps {
  readonly request: EnrolmentRow
  readonly siteName: string
  readonly decision: 'approve' | 'reject'
  onClose(): void
}

export function DecisionDialog({ request, siteName, decision, onClose }: DecisionDialogProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [agent, setAgent] = useState('')
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState('')
  const decide = useMutation({
    mutationFn: (body: EnrolmentDecision) =>
      send('POST', `/enrolments/${encodeURIComponent(request.id)}/decision`, body),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['enrolments'] }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['agents'] })
      onClose()
    },
  })
  const problems = problemsOf(decide.error, ['agent', 'reason'])

  function submit(event: FormEvent) {
    event.preventDefault()
    const id = agent.trim()
    if (decision === 'reject') decide.mutate({ decision, reason: reason.trim() })
    else if (id !== '' && !AgentId.safeParse(id).success) setWrong(t('join.idRule'))
    else decide.mutate(id === '' ? { decision } : { decision, agent: id })
  }

  return (
    <Dialog onClose={onClose} title={t(decision === 'approve' ? 'join.approveTitle' : 'join.rejectTitle')} size="lg">
      <form onSubmit={submit} className={page.form}>
        <div>
          <p className={page.hint}>{t('join.compare')}</p>
          <div style={{ padding: '10px 0 2px' }}>
            <Fingerprint value={request.fingerprint} />
          </div>
        </div>
        <RequestFacts request={request} siteName={siteName} />
        {decision === 'approve' ? (
          <TextInput
            label={t('join.agentId')}
            description={t('join.agentIdHint')}
            placeholder={`${request.site}-…`}
            value={agent}
            maxLength={64}
            error={wrong || problems.of('agent')}
            onChange={(event) => {
              setAgent(event.currentTarget.value)
              setWrong('')
            }}
          />
        ) : (
          <TextInput
            label={t('join.reason')}
            description={t('join.reasonHint')}
            value={reason}
            maxLength={200}
            required
            data-autofocus
            error={problems.of('reason')}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <FormProblem failure={decide.error} problems={problems} />
        <DialogButtons
          label={t(decision === 'approve' ? 'join.approve' : 'join.reject')}
          busy={decide.isPending}
          disabled={decision === 'reject' && reason.trim() === ''}
          grave={decision === 'reject'}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}

/** What the request says about itself; only the remote address was seen by the collector. */
export function RequestFacts({ request, siteName }: { request: EnrolmentRow; siteName?: string }) {
  const { t } = useTranslation()
  return (
    <Facts
      flush
      of={[
        [t('column.site'), siteName],
        [t('column.host'), request.host],
        [
          t('join.remoteAddress'),
          <span key="r" className="num">
            {request.remoteAddress}
          </span>,
        ],
        [
          t('join.addresses'),
          request.addresses.length === 0 ? null : (
            <span key="a" className="num">
              {request.addresses.join(', ')}
            </span>
          ),
        ],
        [t('column.version'), request.program],
        [t('join.askedAt'), <Time key="t" at={request.at} site={request.site} />],
      ]}
    />
  )
}
