"""A PyTorch script on bare tensors: for networks that `nn.Sequential` cannot say.

Its lines are those of the program's PyTorch listing. What dropout leaves out is drawn as Backstep
draws it, so that the costs are the same.
"""

from app.engine.config import Config
from app.engine.program import Kind, Op, Phase, parameters, program, pruned, symbol
from app.engine.torch_listing import torch_cost, torch_listing
from app.export.script_parts import called, is_scheduled

__all__ = ["learning", "minibatch", "tensors"]


def tensors(config: Config) -> str:
    """Return the lines that make tensors of the first weights and of what stands beside them."""
    lines = []
    for l, layer in enumerate(config.layers, 1):
        learns = "" if layer.frozen else ", requires_grad=True"
        lines += [f"{name} = torch.tensor({name}{learns})" for name in parameters(config, l)]
        held = ["rmu", "rvar"] if layer.batch_norm else []
        held += ["keep"] if l in pruned(config) else []
        lines += [f"{name}{l} = torch.tensor({name}{l})" for name in held]
    lines.append(f"parameters = [{', '.join(_with_gradient(config))}]")
    return "\n".join([*called("\n".join(minibatch(config))), *lines])


def learning(config: Config) -> str:
    """Return the expression of all that the optimizer moves."""
    held = {f"b{l}" for l, layer in enumerate(config.layers, 1) if layer.freeze_bias}
    names = _with_gradient(config)
    if not held.intersection(names):
        return "parameters"
    return f"[{', '.join(name for name in names if name not in held)}]"


def _with_gradient(config: Config) -> list[str]:
    return [name for l in config.learning for name in parameters(config, l)]


def minibatch(config: Config) -> list[str]:
    """Return the lines of one minibatch."""
    lines = ["t += 1", "a0, y = torch.from_numpy(X[rows]), torch.from_numpy(Y[rows])"]
    for op, line in zip(program(config), torch_listing(config), strict=True):
        if op.phase is Phase.FORWARD:
            lines += _forward(op, line)
    penalty = _line(config, Kind.COST).partition(torch_cost(config))[2]
    lines.append(f"cost = {torch_cost(config)}{penalty}")
    lines += ["for p in parameters:", "    p.grad = None", "cost.backward()"]
    if config.clip:
        lines.append(_line(config, Kind.CLIP).replace("clip_grad", "nn.utils.clip_grad"))
    lines.append("optimizer.step()")
    lines += ["scheduler.step()"] if is_scheduled(config) else []
    return lines + (_prune(config) if config.prune else [])


def _line(config: Config, kind: Kind) -> str:
    lines = zip(program(config), torch_listing(config), strict=True)
    return next(line for op, line in lines if op.kind is kind)


def _forward(op: Op, line: str) -> list[str]:
    if op.kind is not Kind.DROP:
        return line.split("\n")
    mask, share = symbol(op), line.partition(", ")[2].partition(")")[0]
    drawn = f"{mask} = torch.from_numpy(drawn({op.layer}, {share}, f{op.layer}.shape))"
    return [drawn, line.replace(f"F.dropout(f{op.layer}, {share})", f"f{op.layer}*{mask}")]


def _prune(config: Config) -> list[str]:
    """Choose what stays in one minibatch, and hold it in every one."""
    assert config.prune is not None, "only what is pruned has a mask"
    lines = [f"if t == {config.pruned_after}:"]
    for l in pruned(config):
        chosen = f"largest(W{l}.detach().numpy(), {config.prune.share!r})"
        lines.append(f"    keep{l} = torch.from_numpy({chosen})")
    return lines + [f"W{l}.data *= keep{l}" for l in pruned(config)]
