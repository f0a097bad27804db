"""Random changes to a batch of faces, so that a network meets more framings, lights and cameras than FER2013 holds."""

from __future__ import annotations

import math

import tensorflow as tf


def augment(images: tf.Tensor, seed: tf.Tensor, *, strength: float = 1.0) -> tf.Tensor:
    """A changed copy of `images`, (N, H, W, C) float32 in 0..255, the same shape and range.

    Mirror, rotation (15 degrees), scale (0.85 to 1.18), shift (8 %), brightness, contrast, gamma, softness, noise and one
    erased rectangle (Zhong et al. 2020). Softness: a quarter of the pictures are scaled to another side and back, one for the
    whole batch, from half to twice their own. A third of these sides are a lower resolution; the others soften too, but less.
    `seed` is an int32 pair; equal seeds give equal pictures.
    """
    seeds = tf.random.split(seed, 12)
    count, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]

    def uniform(index: int, low: float, high: float) -> tf.Tensor:
        return tf.random.stateless_uniform((count, 1, 1, 1), seeds[index], low, high)

    images = _reframed(images, seeds, strength)
    side = tf.random.stateless_uniform([], seeds[4], height // 2, height * 2, dtype=tf.int32)
    soft = tf.image.resize(tf.image.resize(images, [side, side], antialias=True), [height, width])
    images = tf.where(uniform(5, 0, 1) < 0.25 * strength, soft, images)

    mean = tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    images = (images - mean) * (1 + uniform(6, -0.35, 0.35) * strength) + mean + uniform(7, -35, 35) * strength
    images = tf.clip_by_value(images, 0, 255)
    images = 255 * tf.pow(images / 255 + 1e-6, tf.exp(uniform(8, -0.35, 0.35) * strength))
    noise = tf.random.stateless_normal(tf.shape(images), seeds[9], stddev=8.0) * uniform(10, 0, 1) ** 2 * strength
    return _erase(tf.clip_by_value(images + noise, 0, 255), seeds[11], probability=0.4 * strength)


def reframed(images: tf.Tensor, seed: tf.Tensor, *, strength: float = 1.0) -> tf.Tensor:
    """The first four of those changes alone: mirror, rotation, scale and shift."""
    return _reframed(images, tf.random.split(seed, 4), strength)


def _reframed(images: tf.Tensor, seeds: tf.Tensor, strength: float) -> tf.Tensor:
    count, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]

    def uniform(index: int, low: float, high: float, *shape: int) -> tf.Tensor:
        return tf.random.stateless_uniform((count, *shape), seeds[index], low, high)

    images = tf.where(uniform(0, 0, 1, 1, 1, 1) < 0.5, images[:, :, ::-1], images)
    return _move(
        images,
        angle=uniform(1, -1, 1) * math.radians(15) * strength,
        scale=tf.exp(uniform(2, -1, 1) * 0.165 * strength),
        shift=uniform(3, -1, 1, 2) * 0.08 * strength * tf.cast(tf.stack([width, height]), tf.float32),
    )


def _move(images: tf.Tensor, angle: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    height, width = tf.shape(images)[1], tf.shape(images)[2]
    cx, cy = tf.cast(width - 1, tf.float32) / 2, tf.cast(height - 1, tf.float32) / 2
    a, b = tf.cos(angle) / scale, tf.sin(angle) / scale
    dx, dy = shift[:, 0], shift[:, 1]
    zeros = tf.zeros_like(a)
    transforms = tf.stack([a, -b, cx - a * cx + b * cy + dx, b, a, cy - b * cx - a * cy + dy, zeros, zeros], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.stack([height, width]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _erase(images: tf.Tensor, seed: tf.Tensor, probability: float) -> tf.Tensor:
    count, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    chance = tf.random.stateless_uniform([count, 6, 1, 1], seed)
    rows = tf.linspace(0.0, 1.0, height)[None, :, None]
    columns = tf.linspace(0.0, 1.0, width)[None, None, :]
    high, wide = 0.1 + 0.3 * chance[:, 0], 0.1 + 0.3 * chance[:, 1]
    inside = (tf.abs(rows - chance[:, 2]) < high / 2) & (tf.abs(columns - chance[:, 3]) < wide / 2)
    inside &= chance[:, 4] < probability
    return tf.where(inside[..., None], 255 * chance[:, 5][..., None], images)
