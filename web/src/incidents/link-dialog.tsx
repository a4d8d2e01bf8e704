import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LINK_KINDS, type LinkKind } from '#shared/domain/incident.ts'
import type { IncidentDetail, IncidentRow } from '#shared/http/incidents.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useIncidentChange } from './incident-changes.ts'
import { IncidentPicker } from './incident-picker.tsx'

/** Puts another incident beside this one; both stay as they are. */
export function LinkDialog({ incident, onClose }: { incident: IncidentDetail; onClose(): void }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<LinkKind>('related')
  const [other, setOther] = useState<IncidentRow>()
  const change = useIncidentChange({ quiet: true, onDone: onClose })
  return (
    <Dialog onClose={onClose} title={t('linkDialog.title', { number: incident.number })} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (other) change.mutate({ incident, wish: { what: 'links', to: other.id, kind } })
        }}
      >
        <SegmentedControl
          aria-label={t('linkDialog.kind')}
          value={kind}
          onChange={(value) => setKind(value as LinkKind)}
          data={LINK_KINDS.map((value) => ({ value, label: t(`linkKind.${value}`) }))}
        />
        <p className={page.hint}>{t(`linkDialog.hint.${kind}`)}</p>
        <IncidentPicker
          label={t('linkDialog.other')}
          except={incident.id}
          customer={undefined}
          openOnly={false}
          value={other?.id}
          onChange={setOther}
        />
        <FormProblem failure={change.error} />
        <DialogButtons
          label={t('incident.link')}
          busy={change.isPending}
          disabled={other === undefined}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
