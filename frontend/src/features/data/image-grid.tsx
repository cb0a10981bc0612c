import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { urls } from '../../api/client.ts'
import type { DataFile } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import styles from './image-grid.module.css'

const route = getRouteApi('/competitions/$slug/data')
const ImageDialog = lazy(() =>
  import('./image-dialog.tsx').then((module) => ({ default: module.ImageDialog })),
)

/** Small copies of the pictures of a folder; a click shows one in full. */
export function ImageGrid({
  slug,
  images,
  opened,
}: {
  slug: string
  images: DataFile[]
  opened: string | undefined
}) {
  const t = useText()
  const navigate = route.useNavigate()
  const open = (path: string | undefined) =>
    void navigate({
      search: (old) => ({ ...old, file: path }),
      resetScroll: false,
      replace: opened !== undefined,
    })
  const index = images.findIndex((image) => image.path === opened)
  return (
    <>
      <ul className={styles.grid}>
        {images.map((image) => (
          <li key={image.path}>
            <Link
              from={route.id}
              to="."
              search={(old) => ({ ...old, file: image.path })}
              resetScroll={false}
              preload={false}
              className={styles.cell}
              aria-label={t.data.picture(image.name)}
            >
              <img
                src={urls.thumbnail(slug, image.path)}
                alt=""
                loading="lazy"
                decoding="async"
                width={256}
                height={256}
              />
              <span className={styles.name}>{image.name}</span>
            </Link>
          </li>
        ))}
      </ul>
      {index >= 0 && (
        <Suspense>
          <ImageDialog slug={slug} images={images} index={index} onOpen={open} />
        </Suspense>
      )}
    </>
  )
}
