"""What is counted, as a page that Prometheus reads."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.live.metrics import ROOMS

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def read_metrics(request: Request) -> Response:
    """Every metric of this process."""
    ROOMS.set(len(request.app.state.lobby))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
