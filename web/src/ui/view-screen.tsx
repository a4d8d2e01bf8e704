// A screen of several views: its name, the choice between them, and the one that is shown.
import { type ComponentType, Suspense } from 'react'
import { ScreenTitle } from '../app/screen-title.tsx'
import { Forbidden, SkeletonRows } from './notices.tsx'
import { ViewBar } from './view-bar.tsx'

export interface ViewScreenProps<V extends string> {
  readonly title: string
  /** What is chosen between, for those who hear it. */
  readonly label: string
  /** False: it is not for the reader. */
  readonly may?: boolean
  readonly value: V
  readonly of: readonly { readonly value: V; readonly label: string }[]
  readonly views: Readonly<Record<V, ComponentType>>
  onChange(view: V): void
}

export function ViewScreen<V extends string>({ title, may = true, views, ...bar }: ViewScreenProps<V>) {
  const View: ComponentType = views[bar.value]
  return (
    <>
      <ScreenTitle title={title} />
      {may ? (
        <>
          <ViewBar {...bar} />
          <Suspense fallback={<SkeletonRows count={10} />}>
            <View />
          </Suspense>
        </>
      ) : (
        <Forbidden />
      )}
    </>
  )
}
