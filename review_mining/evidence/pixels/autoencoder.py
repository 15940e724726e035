"""Small autoencoders that make a photo's twin: the same content, drawn by a decoder.

Each differs in how its decoder enlarges, for that is what leaves traces (Odena et al. 2016; Frank et al. 2020), and in
whether its code is rounded and its output sharpened by a discriminator of patches (Isola et al. 2017). Trained on
patches of the same photos that are reconstructed, as in Dual Data Alignment: what then tells photo from twin cannot be
what they show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from review_mining.errors import MissingExtraError
from review_mining.evidence.pixels.crops import Pixels
from review_mining.evidence.pixels.photos import Photo
from review_mining.evidence.pixels.training_config import AutoencoderConfig

try:
    import torch
    from safetensors.torch import load_file, save_file
    from torch import Tensor, nn
    from torch.nn import functional
except ImportError as error:
    raise MissingExtraError("torch", "train") from error

_WIDTH = 16
_PATCH, _BATCH = 48, 8
_RATE = 2e-3
_LEVELS = 8
"""Values that a rounded code can take, per channel."""


class Autoencoder(nn.Module):
    """Photo to code and back.

    Args:
        config: how it enlarges, and how small its code is.
    """

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        stages = config.factor.bit_length() - 1
        down: list[nn.Module] = [nn.Conv2d(3, _WIDTH, 3, padding=1), nn.SiLU()]
        for _ in range(stages):
            down += [nn.Conv2d(_WIDTH, _WIDTH, 4, stride=2, padding=1), nn.SiLU(), _Block()]
        up: list[nn.Module] = [nn.Conv2d(config.channels, _WIDTH, 3, padding=1), nn.SiLU()]
        for _ in range(stages):
            up += [_Block(), *_enlarge(config.upsampling), nn.SiLU()]
        self.encoder = nn.Sequential(*down, nn.Conv2d(_WIDTH, config.channels, 1))
        self.decoder = nn.Sequential(*up, nn.Conv2d(_WIDTH, 3, 3, padding=1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Reconstruct, shape (batch, 3, height, width) from and to 0–1; sides are multiples of the factor."""
        code = self.encoder(pictures * 2 - 1)
        if self.config.rounded:
            bounded = torch.tanh(code) * (_LEVELS - 1) / 2
            # The gradient passes through rounding as if it were not there (Bengio et al. 2013).
            code = bounded + (bounded.round() - bounded).detach()
        return torch.as_tensor(self.decoder(code) / 2 + 0.5)

    @torch.inference_mode()
    def reconstruct(self, pixels: Pixels) -> Pixels:
        """The twin of a picture, shape (height, width, 3) to the same."""
        height, width = pixels.shape[:2]
        picture = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
        factor = self.config.factor
        padded = functional.pad(picture, (0, -width % factor, 0, -height % factor), mode="replicate")
        made = self(padded)[0, :, :height, :width].clamp(0, 1).mul(255).round().byte()
        return np.asarray(made.permute(1, 2, 0).numpy())


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1), nn.SiLU(), nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1)
        )

    def forward(self, states: Tensor) -> Tensor:
        return torch.as_tensor(states + self.layers(states))


def _enlarge(upsampling: str) -> list[nn.Module]:
    if upsampling == "transposed":
        return [nn.ConvTranspose2d(_WIDTH, _WIDTH, 4, stride=2, padding=1)]
    if upsampling == "shuffle":
        return [nn.Conv2d(_WIDTH, 4 * _WIDTH, 3, padding=1), nn.PixelShuffle(2)]
    return [nn.Upsample(scale_factor=2, mode=upsampling), nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1)]


def trained(config: AutoencoderConfig, photos: Sequence[Photo], seed: int, path: Path) -> Autoencoder:
    """Train an autoencoder, or read the one that was trained before.

    Args:
        config: of the autoencoder.
        photos: that it learns from, none smaller than a patch of 48 pixels.
        seed: of weights and patches.
        path: where its weights are kept.
    """
    torch.manual_seed(seed)
    network = Autoencoder(config)
    if path.exists():
        network.load_state_dict(load_file(path))
    else:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # sums come in one order, whatever the machine
        _train(network, _patches([photo.pixels for photo in photos], seed), config)
        torch.set_num_threads(threads)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(network.state_dict(), path)
    return network.eval()


def _train(network: Autoencoder, patches: Iterator[Tensor], config: AutoencoderConfig) -> None:
    judge = nn.Sequential(
        nn.Conv2d(3, 24, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(24, 48, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(48, 1, 3, padding=1),
    )
    optimiser = torch.optim.Adam(network.parameters(), lr=_RATE, betas=(0.5, 0.99))
    opponent = torch.optim.Adam(judge.parameters(), lr=_RATE / 4, betas=(0.5, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=config.steps)
    for step in range(config.steps):
        photos = next(patches)
        made = network(photos)
        loss = functional.l1_loss(made, photos) + functional.l1_loss(_edges(made), _edges(photos))
        # A discriminator that starts before there is anything to sharpen only adds noise.
        sharpen = config.sharpening > 0 and step > config.steps // 2
        if sharpen:
            loss = loss - config.sharpening * judge(made).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if sharpen:
            opponent.zero_grad()
            (functional.relu(1 - judge(photos)).mean() + functional.relu(1 + judge(made.detach())).mean()).backward()
            opponent.step()
        schedule.step()


def _edges(pictures: Tensor) -> Tensor:
    """What a 3×3 mean does not explain: a loss on pixels alone lets fine detail blur away."""
    return pictures - functional.avg_pool2d(pictures, 3, stride=1, padding=1)


def _patches(photos: Sequence[Pixels], seed: int) -> Iterator[Tensor]:
    """Batches of patches from 0–1, shape (batch, 3, 48, 48)."""
    generator = np.random.default_rng(seed)
    while True:
        batch = []
        for number in generator.integers(len(photos), size=_BATCH):
            height, width = photos[number].shape[:2]
            top, left = generator.integers(height - _PATCH + 1), generator.integers(width - _PATCH + 1)
            batch.append(photos[number][top : top + _PATCH, left : left + _PATCH])
        yield torch.from_numpy(np.stack(batch)).permute(0, 3, 1, 2).float() / 255
