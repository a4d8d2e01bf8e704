import { useTranslation } from 'react-i18next'
import type { MapNode } from './map-model.ts'

/** A node in one sentence, for those who do not see the picture. */
export function useNodeSaid(): (node: MapNode) => string {
  const { t } = useTranslation()
  return ({ name, kind, state, worst, verdict, why }) =>
    [
      name,
      t(`nodeKind.${kind}`),
      t(`dependencyState.${state}`),
      worst === null ? '' : t(`severity.${worst}`),
      verdict === 'well' ? '' : t(`verdict.${verdict}`),
      why,
    ]
      .filter(Boolean)
      .join(', ')
}
