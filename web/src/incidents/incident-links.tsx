// Other incidents: linked ones, what was merged into this one, what it follows.
import { ActionIcon, Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { send } from '../api/client.ts'
import { useMayLookInto } from '../api/role.ts'
import { Icon } from '../ui/icons.tsx'
import { IncidentStateMark, Tag } from '../ui/marks.tsx'
import { Panel } from '../ui/panel.tsx'
import { useSay } from '../ui/say.ts'
import css from './incident.module.css'
import { incidentPath } from './incident-queries.ts'

export function IncidentLinks({ incident, onLink }: { incident: IncidentDetail; onLink(): void }) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const queries = useQueryClient()
  const say = useSay()
  const unlink = useMutation({
    mutationFn: (other: string) => send('DELETE', `${incidentPath(incident.id)}/links/${encodeURIComponent(other)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['incidents'] }),
    onError: say.failure,
  })
  const merged = incident.merged ?? []
  if (incident.links.length + merged.length === 0 && incident.follows === null && !may) return null
  return (
    <Panel
      title={t('incident.others')}
      aside={
        may && incident.state !== 'closed' ? (
          <Button variant="default" leftSection={<Icon name="link" size={12} />} onClick={onLink}>
            {t('incident.link')}
          </Button>
        ) : null
      }
    >
      {incident.links.length + merged.length === 0 ? <p className={css.noLinks}>{t('incident.noLinks')}</p> : null}
      <ul className={css.links}>
        {merged.map(({ id, number }) => (
          <li key={id}>
            <Tag>{t('incident.mergedHere')}</Tag>
            <Link to="/incidents/$id" params={{ id }} className="num">
              #{number}
            </Link>
          </li>
        ))}
        {incident.links.map((link) => (
          <li key={link.id}>
            <Tag>{t(`linkKind.${link.kind}`)}</Tag>
            <Link to="/incidents/$id" params={{ id: link.id }} className={css.linkTitle ?? ''}>
              <span className="num">#{link.number}</span> {link.title}
            </Link>
            <IncidentStateMark state={link.state} />
            {may && incident.state !== 'closed' ? (
              <ActionIcon
                variant="subtle"
                size="sm"
                aria-label={t('incident.unlink', { number: link.number })}
                disabled={unlink.isPending}
                onClick={() => unlink.mutate(link.id)}
              >
                <Icon name="close" size={12} />
              </ActionIcon>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
