import { useTranslation } from 'react-i18next'
import type { Attachment } from '#shared/http/incidents.ts'
import { Icon } from '../ui/icons.tsx'
import { byteText } from './file-size.ts'
import css from './incident.module.css'
import { incidentPath } from './incident-queries.ts'

export const fileUrl = ({ incident, id }: Pick<Attachment, 'incident' | 'id'>): string =>
  `/api/v1${incidentPath(incident)}/attachments/${encodeURIComponent(id)}`

/** Files of a note. The browser saves them; a picture is shown small. */
export function AttachedFiles({ files }: { files: readonly Attachment[] }) {
  const { t } = useTranslation()
  return (
    <ul className={css.files}>
      {files.map((file) => (
        <li key={file.id}>
          <a href={fileUrl(file)} download={file.name} title={t('files.save', { name: file.name })}>
            {file.type.startsWith('image/') ? (
              <img src={fileUrl(file)} alt="" loading="lazy" />
            ) : (
              <Icon name="sheet" size={14} />
            )}
            <bdi className={css.fileName}>{file.name}</bdi>
            <span className="num quiet">{byteText(file.size)}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
